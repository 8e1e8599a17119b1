import type { Approval } from '../../domain/gates/approval.ts';
import { targetOf } from '../environments/deployment.ts';
import { withWayBack } from '../environments/with-way-back.ts';
import { watchUntilSeen } from '../metrics/watching.ts';
import { RollbackWanted, reportsJudged } from '../rollback/issues.ts';
import { rollOut } from '../rollout/roll-out.ts';
import { ApprovalVoid } from '../rollout/shift.ts';
import { effects } from '../run/effects.ts';
import { waitWhilePaused } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { removeBlue, writeDown } from './finishing.ts';
import type { Green } from './green.ts';
import { deploymentOf } from './green.ts';

/**
 * Green takes over, is seen to hold, and blue is stopped. From here on going back means rolling back, which gives the traffic to blue first.
 * @returns why the approval no longer covers what would take traffic, before any of it moved; nothing once green serves
 */
export async function promote(
  run: Run,
  green: Green,
  approval: Approval,
): Promise<readonly string[] | undefined> {
  await waitWhilePaused(run);
  green.promoting = true;
  run.enters('production');
  const progress = { touched: true, migrated: green.migrated };
  return withWayBack(run, green, deploymentOf(run, green), progress, async () => {
    const voided = await takeOver(run, green, approval);
    if (voided) return voided;
    await hold(run, green);
    await removeBlue(run, green);
    await writeDown(run, green);
    await reportsJudged(run);
    run.enters('ended');
    return undefined;
  });
}

async function takeOver(run: Run, green: Green, approval: Approval): Promise<readonly string[] | undefined> {
  const { version } = deploymentOf(run, green);
  const voided = await moveTraffic(run, green, approval);
  if (!voided) {
    run.traffic.goesTo({ [version]: 100 });
    return undefined;
  }
  // A share of the traffic may be green's already: it goes back before anybody is asked again.
  if (run.traffic.weights[version] !== undefined)
    throw new RollbackWanted(new ApprovalVoid(voided).message, 'high');
  return voided;
}

/** @returns why the approval does not cover it any more, where it does not */
async function moveTraffic(
  run: Run,
  green: Green,
  approval: Approval,
): Promise<readonly string[] | undefined> {
  const { config, previous } = green;
  const deployment = deploymentOf(run, green);
  try {
    if (green.settings.canary && config.rollout)
      await rollOut(run, { deployment, config, previous, approval });
  } catch (error) {
    if (error instanceof ApprovalVoid) return error.objections;
    throw error;
  }
  const outcome = await runStep(run, 'green.promote', (ref) =>
    effects.activate(ref, { target: targetOf(deployment), approval }),
  );
  if (outcome.ok) return undefined;
  if (outcome.value?.void) return outcome.value.void;
  throw new RollbackWanted(`green could not be promoted: ${outcome.summary}`, 'high');
}

/** Blue stays until green has been seen to hold where users come in. */
async function hold(run: Run, green: Green): Promise<void> {
  const { environment } = green;
  const target = targetOf(deploymentOf(run, green));
  const healthy = await runStep(run, 'green.health', (ref) =>
    effects.verifyHealth(ref, { target, at: 'public' }),
  );
  if (!healthy.ok) throw new RollbackWanted(`green is not healthy: ${healthy.summary}`, 'critical');
  await watchUntilSeen(run, 'green.watch', environment, target);
  await reportsJudged(run);
}
