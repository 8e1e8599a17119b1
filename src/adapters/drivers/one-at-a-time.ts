import { leavesRunning } from '../../domain/run/attempt-ends.ts';
import type { DriverResult, EffectContext } from '../../activities/ports/index.ts';
import { withLock } from '../files/lock.ts';

type Problem = abstract new (...args: never[]) => Error;

/** One effect at a time in an environment, also among workers. Problems of these kinds, which a person can mend, become a result. */
export async function oneAtATime(
  lock: string,
  context: EffectContext,
  mendable: readonly Problem[],
  work: () => Promise<DriverResult>,
): Promise<DriverResult> {
  const { signal } = context;
  try {
    return await withLock(lock, work, { signal });
  } catch (error) {
    if (signal.aborted) {
      // Not the end of the effect: the next attempt, perhaps of another worker, goes on with what was begun.
      if (leavesRunning(signal.reason)) throw signal.reason;
      return { ok: false, summary: 'cancelled: nothing that it started goes on' };
    }
    if (error instanceof Error && mendable.some((kind) => error instanceof kind))
      return { ok: false, summary: error.message };
    throw error;
  }
}
