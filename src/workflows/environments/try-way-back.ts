import { formatDuration } from '../../domain/text/time.ts';
import { outcomeOf } from '../run/answered.ts';
import { effects, quick } from '../run/effects.ts';
import type { DeploymentFailure } from './deploy-to.ts';
import type { Deployment } from './deployment.ts';
import { deployTo } from './deploy-to.ts';
import { targetOf } from './deployment.ts';
import type { Run } from '../run/run.ts';
import type { Deployable } from './deployable.ts';
import { runStep } from '../run/steps.ts';

/** What the environment ran before, where the way back to it is to be tried. */
export type Before = { readonly version: string; readonly commit: string } | null | undefined;

/** Looks at what an environment runs before it is changed; null where it runs nothing, undefined where nothing is tried. */
export async function whatRanBefore(run: Run, { config }: Deployable, name: string): Promise<Before> {
  if (config.policies?.rehearseRollback === false) return undefined;
  const looked = await runStep(run, `${name}.look`, (ref) => quick.whatRuns(ref, { environment: name }));
  if (!looked.ok) {
    run.concern(`the way back was not tried on ${name}: ${looked.summary}`);
    return undefined;
  }
  return looked.value ?? null;
}

/**
 * The rollback, tried where it hurts nobody (BY-3): back to what the environment ran before, verified, and the new version again. How long the way
 * back took is part of the evidence that approvers see.
 */
export async function tryWayBack(
  run: Run,
  deployment: Deployment,
  before: Before,
): Promise<DeploymentFailure | undefined> {
  if (before === undefined) return undefined;
  const { name } = deployment;
  if (!before || before.commit === deployment.commit) {
    const why = before
      ? `${name} ran this commit before`
      : `${name} ran nothing before: there is no way back to try`;
    run.end(`${name}.rehearse-back`, 'skipped', why);
    run.end(`${name}.rehearse-verify`, 'skipped', why);
    return undefined;
  }
  const target = targetOf(deployment);
  const began = Date.now();
  const back = await runStep(run, `${name}.rehearse-back`, (ref) =>
    effects.rollBack(ref, { target, to: before }),
  );
  if (!back.ok) return { step: 'rehearse-back', outcome: back };
  const verified = await runStep(run, `${name}.rehearse-verify`, async (ref) => {
    const answer = await effects.verifyHealth(ref, {
      target: { ...target, ...before, previousVersion: deployment.version },
      at: 'public',
    });
    const healthy = outcomeOf('verifyHealth', answer);
    const took = formatDuration(Date.now() - began);
    return healthy.ok
      ? { ...healthy, summary: `v${before.version} was back and healthy ${took} after the rollback began` }
      : healthy;
  });
  if (!verified.ok) return { step: 'rehearse-verify', outcome: verified };
  return deployTo(run, deployment);
}
