import { patched } from '@temporalio/workflow';
import { flowOf } from '../../domain/flows/registry.ts';
import { planRollback } from '../../domain/rollback/plan.ts';
import { followUp } from './follow-up.ts';
import type { RollbackRequest } from './request.ts';
import { deploymentVerdict } from '../environments/deployment-verdict.ts';
import { flush } from '../run/flush.ts';
import { RunEnded } from '../run/interrupt.ts';
import { notify, noticeText } from '../run/notify.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { mayRestore } from './restore-question.ts';
import { recordRollback } from './state-file.ts';
import { restorePrevious, serveUsers } from './way-back.ts';

/** Rolls back, and ends the run with what came of it. */
export async function rollBack(run: Run, request: RollbackRequest): Promise<never> {
  const { outcome, summary } = await goBack(run, request);
  throw new RunEnded(outcome, summary);
}

/**
 * The rollback procedure (processes/release.md): back to the previous version, the database if needed, verified, people told,
 * an issue for the fix. It ends as `rolled-back` only when the previous version was seen healthy.
 */
export async function goBack(
  run: Run,
  request: RollbackRequest,
): Promise<{ readonly outcome: 'rolled-back' | 'rollback-failed'; readonly summary: string }> {
  const { deployment, previous, reason, severity, cause = 'fault' } = request;
  const { name, environment } = deployment;
  run.goesBack(`rolling back: ${reason}`);
  const restorable = request.migrated && mayRestore(environment);
  const byUsers = previous !== null;
  const began = Date.now();
  run.plan(
    planRollback({
      environment: name,
      restore: restorable,
      undo: request.undo === true,
      devops: request.config.agents['devops-engineer']?.command !== undefined,
      cause,
      ...(byUsers ? { users: { smoke: environment.smoke !== undefined } } : {}),
    }),
  );
  run.write('rollback', run.reason, {
    severity,
    cause,
    from: deployment.version,
    to: previous?.version ?? null,
  });
  run.publish();

  const verified =
    (await restorePrevious(run, request, restorable)) && (!byUsers || (await serveUsers(run, request)));
  const outcome = verified ? 'rolled-back' : 'rollback-failed';
  const to = previous ? `v${previous.version}` : 'nothing (there was no earlier version)';
  const summary = verified
    ? `${reason}; ${name} runs ${to} again`
    : `${reason}; the rollback to ${to} FAILED, ${name} needs a person now`;
  notify(
    run,
    verified ? 'rolled-back' : 'rollback-failed',
    `${run.product} v${deployment.version}: ${outcome}`,
    summary,
  );
  await runStep(run, 'rollback.notify', () => Promise.resolve({ ok: true, summary: noticeText(run) }), {
    uninterruptible: true,
  });
  await seenByDevOps(run, request);
  await followUp(run, request, outcome, began);
  await recordRollback(run, request, verified);
  await flush(run, {
    key: `${run.id}/${outcome}/${run.startedAt}`,
    run: run.id,
    product: run.product,
    environment: deployment.name,
    at: new Date().toISOString(),
    version: deployment.version,
    type: flowOf(run.flow).historyType,
    status: verified ? 'Rolled back' : 'Rollback failed',
    rollback: verified ? 'Yes' : 'Failed',
    notes: reason,
  });
  return { outcome, summary };
}

/** A program that is the DevOps engineer looks at the way back too. Its word changes nothing any more: people read it. A person is told. */
async function seenByDevOps(run: Run, { deployment, previous, config }: RollbackRequest): Promise<void> {
  if (!config.agents['devops-engineer']?.command || !patched('devops-engineer-at-rollbacks')) return;
  const { name, environment, version } = deployment;
  const seen = await deploymentVerdict(
    run,
    config,
    {
      id: 'rollback.devops',
      environment: name,
      task: `${run.product} v${version} was taken back in ${name}${previous ? ` to v${previous.version}` : ''}: is ${name} as it should be?`,
      prefix: 'rollback.',
      url: environment.url,
    },
    { uninterruptible: true },
  );
  if (!seen.ok) run.concern(`the DevOps engineer objects to how ${name} was taken back: ${seen.summary}`);
}
