import type { RollbackFacts } from '../../domain/rollback/post-rollback.ts';
import { postRollback } from '../../domain/rollback/post-rollback.ts';
import type { StepStatus } from '../../domain/run/status.ts';
import { quick } from '../run/effects.ts';
import type { RollbackRequest } from './request.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone } from '../run/steps.ts';

/** Neither the fix nor the end of the run waits longer than this (ms) for a code host. */
const givesUpAfter = 60 * 60_000;

/** After a rollback (DW-10): what happened is documented, and the tasks for fix, root cause, checklist and process are opened. */
export async function followUp(
  run: Run,
  request: RollbackRequest,
  outcome: RollbackFacts['outcome'],
  began: number,
): Promise<void> {
  const { document } = postRollback(factsOf(run, request, outcome, began));
  const written = await runUntilDone(
    run,
    'rollback.document',
    (ref) => quick.writeDocument(ref, { name: 'incident', text: document }),
    { consequence: 'What happened could not be written down.', uninterruptible: true, givesUpAfter },
  );
  if (written.value) run.addLink({ title: 'What happened', url: written.value.url });
  const { tasks } = postRollback(factsOf(run, request, outcome, began));
  for (const { key, title, body, severity } of tasks) {
    const first = key === 'fix' || key === 'decision';
    const step = first ? 'rollback.issue' : `rollback.task-${key}`;
    const opened = await runUntilDone(
      run,
      step,
      (ref) =>
        quick.openIssue(ref, {
          severity,
          title,
          body,
        }),
      { consequence: `The task "${title}" could not be opened.`, uninterruptible: true, givesUpAfter },
    );
    if (!opened.ok) run.concern(`the task "${title}" was not opened: ${opened.summary}`);
    const url = opened.value?.url;
    if (url) run.addLink({ title: key === 'fix' ? 'Issue for the fix' : title, url });
  }
}

/** Nothing but what the run itself knows. */
function factsOf(
  run: Run,
  { deployment, previous, reason, severity, cause, migrated, undo }: RollbackRequest,
  outcome: RollbackFacts['outcome'],
  began: number,
): RollbackFacts {
  const { steps, decisions, links } = run.status();
  const succeeded = (id: string): StepStatus | undefined =>
    steps.find((step) => step.id === id && step.state === 'succeeded');
  const smoke = succeeded('rollback.smoke')?.summary;
  const errorRate = succeeded('rollback.watch')?.summary;
  const first = steps.find((step) => step.id === `${deployment.name}.deploy`)?.started;
  const left = steps.filter((step) => step.id.startsWith('finalize.') && step.state === 'succeeded');
  return {
    product: run.product,
    run: run.id,
    version: deployment.version,
    commit: deployment.commit,
    previous,
    environment: deployment.name,
    reason,
    severity,
    ...(cause === undefined ? {} : { cause }),
    outcome,
    timeline: steps.flatMap(({ title, state, started, ended, summary }) => {
      const at = ended ?? started;
      return at ? [{ at, what: `${title}: ${state}${summary ? ` – ${summary}` : ''}` }] : [];
    }),
    decisions: decisions.map(({ at, by, kind, reason: why, comment }) => ({
      at,
      by,
      kind,
      reason: comment ? `${why}: ${comment}` : why,
    })),
    evidence: run.traffic.samples,
    migrations: {
      ran: migrated,
      restored: succeeded('rollback.restore') !== undefined,
      ...(undo ? { undone: succeeded('rollback.undo') !== undefined } : {}),
    },
    verified: {
      health: succeeded('rollback.verify')?.summary ?? 'not seen healthy',
      ...(smoke ? { smoke } : {}),
      ...(errorRate ? { errorRate } : {}),
    },
    durations: {
      ...(first ? { detectedAfterMs: Math.max(0, began - Date.parse(first)) } : {}),
      rolledBackInMs: Date.now() - began,
    },
    ...(left.length > 0 ? { leftDone: left.map(({ title }) => title) } : {}),
    links,
  };
}
