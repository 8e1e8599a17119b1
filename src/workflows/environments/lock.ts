import { condition } from '@temporalio/workflow';
import { stopIfInterrupted } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';

/**
 * Waits for its turn in an environment (PL-8). The place in the queue is shown while it waits.
 * @returns whether it waited: others may have changed what it was about to do
 */
export async function acquireLock(
  run: Run,
  environment: string,
  { emergency = false }: { readonly emergency?: boolean } = {},
): Promise<boolean> {
  run.found({ environment });
  await run.locks.acquire(environment, emergency);
  const { waiting } = run.locks;
  if (!waiting) return false;
  run.waits(`waiting for ${environment}, behind ${waiting.behind}`);
  await condition(() => run.locks.has(environment) || run.interrupted !== undefined);
  run.locks.waitsNoLonger();
  stopIfInterrupted(run);
  return true;
}

/**
 * Takes an environment where it is free, so that a decision need not wait for it. Whoever else wants it gets it, until this run
 * enters it.
 * @returns the run that has it, where it isn't free
 */
export function acquireLockIfFree(run: Run, environment: string): Promise<string | undefined> {
  return run.locks.acquireIfFree(environment);
}

/** Gives one back before the run ends: what it was entered for will not happen now. */
export function releaseLock(run: Run, environment: string): void {
  run.locks.release(environment);
}

/** Gives every environment back, and every place in a queue. */
export function releaseLocks(run: Run): Promise<void> {
  return run.locks.releaseAll();
}
