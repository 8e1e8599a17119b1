import type { EffectContext, Target } from './effect.ts';

/** The router is gone, refuses, or has other weights than it was given; `message` says what to do about it. */
export class TrafficRouterProblem extends Error {
  override readonly name = 'TrafficRouterProblem';
}

/** Distributes the traffic of an environment among slots whose addresses it knows by itself (HAProxy, a script). */
export interface TrafficRouter {
  /**
   * Sets what share each slot gets (percent, together 100), and reads it back: what was not taken is a
   * {@link TrafficRouterProblem}. The same weights again change nothing.
   */
  set(weights: Readonly<Record<string, number>>, target: Target, context: EffectContext): Promise<void>;
  /** The shares as they are, by slot, in percent. */
  read(target: Target, context: EffectContext): Promise<Readonly<Record<string, number>>>;
  /** Waits until a slot has nothing open, at most `within` ms; undefined where the router can't tell. */
  drain(
    slot: string,
    within: number,
    context: EffectContext,
  ): Promise<{ readonly drained: boolean; readonly open: number } | undefined>;
}
