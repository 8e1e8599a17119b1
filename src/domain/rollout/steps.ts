import type { RolloutConfig } from '../config/rollout-schema.ts';
import type { HealthConfig } from '../config/schema.ts';
import { formatDuration } from '../text/time.ts';
import type { RolloutPlan } from './plan.ts';

/** The plan that a configuration makes. A first version has nobody to share the traffic with: it begins with all of it. */
export function planOf(
  { steps }: RolloutConfig,
  { unhealthyAfter }: Pick<HealthConfig, 'unhealthyAfter'>,
  beside: boolean,
): RolloutPlan {
  return { steps: beside ? steps : steps.slice(-1), limits: { unhealthyAfter } };
}

/** The run's steps of one weight. */
export function stepIds(weight: number): { readonly shift: string; readonly watch: string } {
  return { shift: `production.shift-${weight}`, watch: `production.watch-${weight}` };
}

/** The same, for people. */
export function stepTitles({ weight, name, ...step }: RolloutConfig['steps'][number]): {
  readonly shift: string;
  readonly watch: string;
} {
  const who = name ? `${name}: ` : '';
  return {
    shift: `${who}Give the new version ${weight} % of production's traffic`,
    watch: `${who}Watch it at ${weight} % for ${formatDuration(step.for)}`,
  };
}
