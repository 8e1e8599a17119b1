import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { EffectContext } from '../../activities/ports/index.ts';
import { leavesRunning } from '../../domain/run/attempt-ends.ts';
import type { Claim, ExecutionState, StopReason } from './execution.ts';
import { logFile, observeExecution, stateDirectory } from './execution.ts';
import type { Settings } from './settings.ts';
import type { Supervisor } from './starter.ts';
import { stopExecution } from './stop.ts';
import type { Wakeup } from './wakeup.ts';
import { createWakeup } from './wakeup.ts';

export type Ending =
  | Extract<ExecutionState, { kind: 'ended' | 'lost' | 'torn' | 'absent' }>
  /** Told to stop, killed, and still there. */
  | {
      readonly kind: 'stuck';
      readonly claim: Claim;
      readonly reason: StopReason;
      readonly pids: readonly number[];
    };

const pollEvery = 250;
/** Between a supervisor's first instruction and its claim lie less than a few milliseconds. */
const tornAfter = 2_000;
const beforeClaim = 10;

/**
 * Waits until the execution has ended, and ends it where its time is over, it prints too much, or the run cancels it.
 * `supervisor` is there where this process had it started. Throws the signal's reason where the command is to be left running.
 */
export async function waitForEnd(
  execution: { readonly directory: string; readonly key: string; readonly timeout: number },
  supervisor: Supervisor | undefined,
  context: EffectContext,
  settings: Settings,
): Promise<Ending> {
  const wakeup = createWakeup();
  let watcher: FSWatcher | undefined;
  const forget = supervisor?.whenEnded(wakeup.wake);
  context.signal.addEventListener('abort', wakeup.wake, { once: true });
  try {
    // The end of an own one is told; a look before it costs what a short command takes.
    if (runs(supervisor)) await wakeup.wait(Math.min(pollEvery, execution.timeout));
    for (;;) {
      const state = await observeExecution(execution.directory, execution.key);
      if (state.kind === 'ended') return state;
      if (state.kind === 'absent' && !runs(supervisor)) return state;
      if (state.kind === 'torn' && Date.now() - state.at > tornAfter) return state;
      if (state.kind === 'lost' && state.survivors.length === 0) return state;
      if (state.kind === 'absent' || state.kind === 'torn') {
        await wakeup.wait(beforeClaim);
        continue;
      }
      const reason =
        state.kind === 'stopping'
          ? state.stop.reason
          : await stopReason(execution, state.claim, context, settings);
      if (reason) {
        const pids = await stopExecution({ ...execution, claim: state.claim }, reason, settings.grace);
        if (pids.length > 0) return { kind: 'stuck', claim: state.claim, reason, pids };
        continue;
      }
      if (!runs(supervisor)) watcher ??= watchState(execution.directory, wakeup);
      await wakeup.wait(Math.max(1, Math.min(pollEvery, state.claim.at + execution.timeout - Date.now())));
    }
  } finally {
    watcher?.close();
    forget?.();
    context.signal.removeEventListener('abort', wakeup.wake);
  }
}

const runs = (supervisor: Supervisor | undefined): boolean => supervisor !== undefined && !supervisor.ended();

async function stopReason(
  execution: { readonly directory: string; readonly timeout: number },
  claim: Claim,
  { signal }: EffectContext,
  { outputLimit }: Settings,
): Promise<StopReason | undefined> {
  if (signal.aborted) {
    if (leavesRunning(signal.reason)) throw signal.reason;
    return 'cancelled';
  }
  if (Date.now() >= claim.at + execution.timeout) return 'timed-out';
  const sizes = await Promise.all(
    (['stdout', 'stderr'] as const).map((name) => logSize(execution.directory, name)),
  );
  return sizes.some((size) => size > outputLimit) ? 'too-much-output' : undefined;
}

/** Bytes of a log; 0 before its first line. */
export async function logSize(directory: string, stream: 'stdout' | 'stderr'): Promise<number> {
  return stat(logFile(directory, stream)).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Tells an exit code at once where the system can; otherwise the poll finds it. Logs are elsewhere and wake nobody. */
function watchState(directory: string, wakeup: Wakeup): FSWatcher | undefined {
  try {
    return watch(stateDirectory(directory), wakeup.wake).on('error', () => {});
  } catch {
    return undefined;
  }
}
