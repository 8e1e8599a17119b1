import { effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone } from '../run/steps.ts';
import type { Approved } from './deployable.ts';
import { approvedDeployment } from './deployable.ts';
import { targetOf } from './deployment.ts';
import { withWayBack } from './with-way-back.ts';

/** What people are told where something fails that is left to do once a new version holds. */
export const consequence =
  'The new version holds; only this part is left. `retry` finishes it, nothing is started again.';

/** What is left to do once a version holds in its environment. Up to the very end it can be taken back. */
export function holding(run: Run, approved: Approved, work: () => Promise<void>): Promise<void> {
  const deployment = approvedDeployment(run, approved);
  const migrated = deployment.environment.database?.migrate !== undefined;
  const before = { config: approved.deployable.config, previous: approved.previous };
  return withWayBack(run, before, deployment, { migrated, touched: true }, work);
}

/** Stops the version before, where both ran side by side. */
export async function retirePrevious(run: Run, approved: Approved): Promise<void> {
  const deployment = approvedDeployment(run, approved);
  const { environment } = deployment;
  if (!(environment.process ?? environment.router)) return;
  await runUntilDone(run, 'finalize.retire', (ref) => effects.retire(ref, { target: targetOf(deployment) }), {
    consequence,
  });
}
