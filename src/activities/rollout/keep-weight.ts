import type { Finding } from '../../domain/rollout/evidence.ts';
import { holdsUnseen } from '../../domain/rollout/evidence.ts';
import { asLook } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext } from '../ports/index.ts';
import type { WatchedPlan } from './watch.ts';

/** The weight is looked at like a rule: while nobody knows that the version has it, nothing goes forward. */
export const trafficRule = holdsUnseen('traffic');

/** Percentage points that a router's account may be off. */
const tolerance = 0.5;
/** A router that is asked by a command of the user's is not asked at every look (ms). */
const commandEvery = 60_000;

/**
 * Looks whether the version has the share that it was given, and gives it that again where it was lost: a router that was started anew
 * may know nothing of a rollout, and give the new version everything.
 */
export function keepWeight(
  deps: Deps,
  { environment, target }: Pick<WatchedPlan, 'environment' | 'target'>,
  context: EffectContext,
): (weight: number) => Promise<Finding> {
  let due = deps.clock.now();
  return async (weight) => {
    const left = due - deps.clock.now();
    // A clock that was set back is no reason not to look for so long.
    if (left > 0 && left <= commandEvery) return { kind: 'good', reason: '' };
    due = deps.clock.now() + (environment.router?.script ? commandEvery : 0);
    try {
      const { source } = await deps.catalog.load(target.product);
      const driver = deps.driver(environment);
      const request = { target, environment, source };
      const look = asLook(context, `weight/${due}`);
      const found = await driver.weight(request, look);
      if (found === undefined || Math.abs(found - weight) <= tolerance) return { kind: 'good', reason: '' };
      due = 0;
      const set = await driver.shift({ ...request, weight }, look);
      const lost = `the router gave it ${Number(found.toFixed(1))} % and not ${weight} %`;
      return {
        kind: 'error',
        reason: set.ok ? `${lost}: set again` : `${lost}, and does not take it: ${set.summary}`,
      };
    } catch (error) {
      context.signal.throwIfAborted();
      return { kind: 'error', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
