import type { MetricsConfig } from '../../domain/config/metrics-schema.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { Decision } from '../../domain/rollout/decision.ts';
import type { RolloutPlan } from '../../domain/rollout/plan.ts';
import type { Series } from '../../domain/rollout/series.ts';
import type { RolloutState } from '../../domain/rollout/state.ts';
import type { Target } from '../ports/index.ts';

export interface WatchRequest {
  /** The new version. */
  readonly target: Target;
  /** The one that serves beside it. */
  readonly baseline: { readonly version: string; readonly commit: string } | null;
  readonly state: RolloutState;
  /** What earlier watches of this step measured. */
  readonly series?: Series;
  /** People have been asked and have not answered: it is watched on, and nobody is asked again. */
  readonly asking: boolean;
  /** What the version before measured at earlier steps, by rule: what counts once it takes no traffic any more. */
  readonly lastKnown: Readonly<Record<string, readonly number[]>>;
}

export interface Watched {
  /** What follows; absent where the run stopped the watch, to go on with what people said. */
  readonly decision?: Decision;
  readonly state: RolloutState;
  readonly lastKnown: Readonly<Record<string, readonly number[]>>;
  readonly series: Series;
  /** A line a look, the last ones, for people. */
  readonly lines: readonly string[];
}

/** What one watch is about, as it is configured. */
export interface WatchedPlan {
  readonly environment: EnvironmentConfig;
  /** The new version. */
  readonly target: Target;
  /** The one that serves beside it. */
  readonly baseline: { readonly version: string; readonly commit: string } | null;
  readonly plan: RolloutPlan;
  readonly metrics: MetricsConfig;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Held for so long (ms) for want of evidence, people are asked. */
  readonly askAfter: number;
}
