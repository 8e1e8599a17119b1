import type { Deployment } from '../environments/deployment.ts';
import { targetOf } from '../environments/deployment.ts';
import { outcomeOf } from '../run/answered.ts';
import { effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import type { RollbackRequest } from './request.ts';
import { wantsRestore } from './restore-question.ts';
import type { WayBackEffect } from './until-done.ts';
import { untilDoneOrGivenUp } from './until-done.ts';

/** Executes, restores and verifies; a failure is a question, whose answers are to try again or to give up loudly. */
export async function restorePrevious(
  run: Run,
  { deployment, previous, undo }: RollbackRequest,
  restorable: boolean,
): Promise<boolean> {
  const { environment } = deployment;
  const target = targetOf(deployment);
  const back = targetBack(deployment, previous);
  const execute: WayBackEffect = (ref) => effects.rollBack(ref, { target, to: previous });
  const restore: WayBackEffect = (ref) =>
    effects.database(ref, 'restore', { target, backup: deployment.backup });
  const undoing: WayBackEffect = (ref) =>
    effects.database(ref, 'undo', {
      target: { ...target, previousVersion: previous?.version },
      backup: deployment.backup,
    });
  const verify: WayBackEffect = previous
    ? (ref) => effects.verifyHealth(ref, { target: back, at: 'public' })
    : () => Promise.resolve({ ok: true, summary: 'nothing runs, as before the first deployment' });

  if (!(await untilDoneOrGivenUp(run, 'rollback.execute', execute))) return false;
  run.traffic.goesTo(previous ? { [previous.version]: 100 } : {});
  // People are asked about the data only when traffic is back on the previous version: that does not wait for anybody.
  if (
    restorable &&
    (await wantsRestore(run, environment)) &&
    !(await untilDoneOrGivenUp(run, 'rollback.restore', restore))
  )
    return false;
  if (undo && !(await untilDoneOrGivenUp(run, 'rollback.undo', undoing))) return false;
  return untilDoneOrGivenUp(run, 'rollback.verify', verify);
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
export async function serveUsers(run: Run, { deployment, previous }: RollbackRequest): Promise<boolean> {
  const { environment } = deployment;
  const target = targetBack(deployment, previous);
  if (
    environment.smoke &&
    !(await untilDoneOrGivenUp(run, 'rollback.smoke', (ref) =>
      effects.runCheck(ref, { suite: 'environment-smoke', target }),
    ))
  )
    return false;
  return untilDoneOrGivenUp(run, 'rollback.watch', async (ref) => {
    const answer = await effects.monitor(ref, {
      target: { ...target, previousVersion: undefined },
      shortly: true,
    });
    const outcome = outcomeOf('monitor', answer);
    if (outcome.ok || outcome.value?.issue) return outcome;
    run.concern(`the error rate after the rollback could not be seen: ${outcome.summary}`);
    return { ...outcome, ok: true };
  });
}
