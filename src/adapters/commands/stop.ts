import { setTimeout as delay } from 'node:timers/promises';
import type { Claim, StopReason } from './execution.ts';
import { recordStop } from './execution.ts';
import { membersOf, signalMembers } from './processes.ts';

/** How long after SIGKILL a process may take to go; one that hangs in the kernel longer can't be ended by anybody. */
const killPatience = 15_000;
const lookEvery = 25;

/**
 * Ends everything the execution started, politely first, and returns when it is gone: the process ids that would not
 * go, none as a rule.
 */
export async function stopExecution(
  execution: { readonly directory: string; readonly claim: Claim; readonly key: string },
  reason: StopReason,
  grace: number,
): Promise<readonly number[]> {
  await recordStop(execution.directory, reason);
  const members = () => membersOf(execution.claim, execution.key);
  signalMembers(execution.claim.pid, await members(), 'SIGTERM');

  const force = Date.now() + grace;
  let left = await members();
  while (left.length > 0 && Date.now() < force) {
    await delay(lookEvery);
    left = await members();
  }
  const giveUp = Date.now() + killPatience;
  while (left.length > 0 && Date.now() < giveUp) {
    // Again and again: a process may fork between the look and the signal.
    signalMembers(execution.claim.pid, left, 'SIGKILL');
    await delay(lookEvery);
    left = await members();
  }
  return left.map(({ pid }) => pid);
}
