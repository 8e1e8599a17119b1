import { defaultMetrics } from '../../domain/metrics/default-metrics.ts';
import { firstState, nextStep } from '../../domain/rollout/state.ts';
import { planOf } from '../../domain/rollout/steps.ts';
import type { Run } from '../run/run.ts';
import type { Rollout } from './rollout.ts';
import { promotersOf } from './rollout.ts';
import { shift } from './shift.ts';
import { Steering } from './steering.ts';
import type { Known } from './watch-step.ts';
import { watchStep } from './watch-step.ts';

/**
 * Takes a version that runs beside the one that serves from its first percent of the traffic to all of it (SI-5), as far as evidence lets
 * it. Whatever speaks against the version ends in `RollbackWanted`; what can't be seen holds and, in the end, asks people (BY-4).
 */
export async function rollOut(run: Run, rollout: Rollout): Promise<void> {
  const { deployment, config, previous } = rollout;
  const settings = config.rollout;
  if (!settings) return;
  const plan = planOf(settings, deployment.environment.health, previous !== null);
  const { version, previousVersion } = deployment;
  const { rules } = config.metrics ?? defaultMetrics;
  run.write(
    'rollout',
    `rolls out v${version} by ${plan.steps.map(({ weight }) => `${weight} %`).join(', ')}`,
    {
      version,
      previousVersion,
      plan: plan.steps,
      rules,
    },
  );
  const steering = new Steering(promotersOf(run, rollout));
  await run.traffic.steeredBy(steering, async () => {
    let known: Known = { state: firstState, lastKnown: {} };
    for (const [index, step] of plan.steps.entries()) {
      if (index > 0) known = { lastKnown: known.lastKnown, state: nextStep(known.state) };
      await shift(run, rollout, step.weight);
      // A word about one step does not count for the next one, nor does one that came while the weight was on its way there.
      steering.nextStep();
      run.traffic.goesTo({
        ...(previous && step.weight < 100 ? { [previous.version]: 100 - step.weight } : {}),
        [deployment.version]: step.weight,
      });
      run.publish();
      // Whoever pauses between two steps holds the weight as it is, and it is watched on.
      do known = await watchStep(run, rollout, plan, steering, known);
      while (run.paused);
    }
  });
}
