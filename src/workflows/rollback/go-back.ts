import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import { flowOf } from '../../domain/flows/registry.ts';
import { planRollback } from '../../domain/rollback/plan.ts';
import { effects, quick, stepRef } from '../run/effects.ts';
import type { Deployment } from '../environments/environments.ts';
import { targetOf } from '../environments/environments.ts';
import { followUp } from './follow-up.ts';
import type { RollbackRequest } from './request.ts';
import { flush } from '../run/flush.ts';
import { passGate } from '../gates/gates.ts';
import { RunEnded } from '../run/interrupt.ts';
import { notify, told } from '../run/notify.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';

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
  const { deployment, previous, reason, severity } = request;
  const { name, environment } = deployment;
  run.goesBack(`rolling back: ${reason}`);
  const policy = environment.database?.restoreOnRollback ?? 'never';
  const restorable = request.migrated && policy !== 'never' && canRestore(deployment);
  const byUsers = previous !== null;
  const began = Date.now();
  run.plan(
    planRollback({
      environment: name,
      restore: restorable,
      undo: request.undo === true,
      ...(byUsers ? { users: { smoke: environment.smoke !== undefined } } : {}),
    }),
  );
  run.write('rollback', run.reason, { severity, from: deployment.version, to: previous?.version ?? null });
  run.publish();

  const verified =
    (await restorePrevious(run, request, restorable)) && (!byUsers || (await serveUsers(run, request)));
  const outcome = verified ? 'rolled-back' : 'rollback-failed';
  const to = previous ? `v${previous.version}` : 'nothing (there was no earlier version)';
  const summary = verified
    ? `${reason}; ${name} runs ${to} again`
    : `${reason}; the rollback to ${to} FAILED, ${name} needs a person now`;
  if (verified && previous) run.traffic.goesTo({ [previous.version]: 100 });
  notify(
    run,
    verified ? 'rolled-back' : 'rollback-failed',
    `${run.product} v${deployment.version}: ${outcome}`,
    summary,
  );
  await runStep(run, 'rollback.notify', () => Promise.resolve({ ok: true, summary: told(run) }), {
    uninterruptible: true,
  });
  await followUp(run, request, outcome, began);
  await updateState(run, request, verified);
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

function canRestore({ environment }: Deployment): boolean {
  return environment.database?.restore !== undefined || environment.database?.postgres !== undefined;
}

/** Executes, restores and verifies; a failure is a question, whose answers are to try again or to give up loudly. */
async function restorePrevious(
  run: Run,
  { deployment, previous, undo }: RollbackRequest,
  restorable: boolean,
): Promise<boolean> {
  const { environment } = deployment;
  const target = targetOf(deployment);
  const back = targetBack(deployment, previous);
  const execute: Step = (ref) => effects.rollBack(ref, { target, to: previous });
  const restore: Step = (ref) => effects.database(ref, 'restore', { target, backup: deployment.backup });
  const undoing: Step = (ref) =>
    effects.database(ref, 'undo', {
      target: { ...target, previousVersion: previous?.version },
      backup: deployment.backup,
    });
  const verify: Step = previous
    ? (ref) => effects.verifyHealth(ref, { target: back, at: 'public' })
    : () => Promise.resolve({ ok: true, summary: 'nothing runs, as before the first deployment' });

  if (!(await untilDone(run, 'rollback.execute', execute))) return false;
  // People are asked about the data only when traffic is back on the previous version: that does not wait for anybody.
  if (
    restorable &&
    (await wantsRestore(run, environment)) &&
    !(await untilDone(run, 'rollback.restore', restore))
  )
    return false;
  if (undo && !(await untilDone(run, 'rollback.undo', undoing))) return false;
  return untilDone(run, 'rollback.verify', verify);
}

function targetBack(deployment: Deployment, previous: RollbackRequest['previous']) {
  const target = targetOf(deployment);
  return previous
    ? { ...target, version: previous.version, commit: previous.commit, previousVersion: deployment.version }
    : target;
}

/**
 * SI-11: a user transaction succeeds, and the error rate is normal. What can't be seen does not make a rollback fail. Nor is it compared
 * with the version that failed: one that answered its errors fast would make any that works look slow.
 */
async function serveUsers(run: Run, { deployment, previous }: RollbackRequest): Promise<boolean> {
  const { environment } = deployment;
  const target = targetBack(deployment, previous);
  if (
    environment.smoke &&
    !(await untilDone(run, 'rollback.smoke', (ref) =>
      effects.runCheck(ref, { suite: 'environment-smoke', target }),
    ))
  )
    return false;
  return untilDone(run, 'rollback.watch', async (ref) => {
    const outcome = await effects.monitor(ref, {
      target: { ...target, previousVersion: undefined },
      shortly: true,
    });
    if (outcome.ok || outcome.value?.issue) return outcome;
    run.concern(`the error rate after the rollback could not be seen: ${outcome.summary}`);
    return { ...outcome, ok: true };
  });
}

type Step = Parameters<typeof runStep>[2];

async function untilDone(run: Run, id: string, effect: Step): Promise<boolean> {
  for (;;) {
    const outcome = await runStep(run, id, effect, { uninterruptible: true });
    if (outcome.ok) return true;
    notify(
      run,
      'rollback-failed',
      `The rollback of ${run.product} failed at "${run.step(id).title}"`,
      outcome.summary,
    );
    if (!(await tryAgain(run, id, outcome.summary))) return false;
  }
}

async function tryAgain(run: Run, id: string, why: string): Promise<boolean> {
  const end = await passGate(run, {
    id: `failed:${id}`,
    kind: 'question',
    statement: `The rollback failed at "${run.step(id).title}": ${why}`,
    details:
      'Production may be without a healthy version. Mend what is in the way, then retry; or give up, which ends the run as rollback-failed.',
    choices: [
      { id: 'retry', title: 'try again' },
      { id: 'give-up', title: 'give up: I take over by hand' },
    ],
    uninterruptible: true,
  });
  return end.action === 'decided' && end.choice === 'retry';
}

async function wantsRestore(run: Run, { database }: EnvironmentConfig): Promise<boolean> {
  if (database?.restoreOnRollback === 'if-migrated') return true;
  const end = await passGate(run, {
    id: 'restore',
    kind: 'question',
    statement: 'Migrations ran. Shall the database be restored from the backup taken before the deployment?',
    details:
      'What was written since the backup is lost by a restore. Without one the previous version runs on the migrated database.',
    choices: [
      { id: 'restore', title: 'restore the backup' },
      { id: 'keep', title: 'keep the database as it is' },
    ],
    expiresAfter: 60 * 60_000,
    onExpiry: 'the database is kept as it is',
    uninterruptible: true,
  });
  if (end.action === 'decided' && end.choice === 'restore') return true;
  run.end('rollback.restore', 'skipped', `the database is kept as it is: ${end.reason}`);
  return false;
}

async function updateState(run: Run, { previous }: RollbackRequest, verified: boolean): Promise<void> {
  const now = new Date().toISOString();
  const phase = previous ? 'production' : 'development';
  await quick
    .updateState(stepRef(run, 'rollback.state'), {
      phase: verified ? phase : 'rollback-failed',
      version: previous?.version ?? '0.0.0',
      last_activity: now,
      tasks: [`fix and release again: ${run.reason}`],
    })
    .catch(() => {
      run.concern('state.yml could not be updated');
    });
}
