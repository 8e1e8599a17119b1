import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, processStat } from '../../processes/identity.ts';
import type { ProcessIdentity } from '../../processes/identity.ts';
import type { Slot } from './state.ts';

/** Which environment variable marks every process of one start of a version. */
export const instanceVariable = 'SLUICE_INSTANCE';

type Instance = Pick<Slot, 'instance' | 'process'>;

/**
 * The leader of a start that was recorded: by its mark, or, where its worker was killed before it could write that down
 * or the service moved into the background, by the tag in its environment (Linux).
 */
export function findLeader({ instance, process }: Instance): ProcessIdentity | undefined {
  if (process && isRunning(process)) return process;
  const pids = tagged(instance);
  const leader = pids.find((pid) => processStat(pid)?.group === pid) ?? pids[0];
  return leader === undefined ? undefined : identify(leader);
}

/** Everything a start left running: its process group and what carries its tag, also after its leader is gone. */
export function membersOf({ instance, process: leader }: Instance): readonly number[] {
  const members = new Set(tagged(instance));
  if (leader && isRunning(leader)) {
    members.add(leader.pid);
    for (const pid of processIds())
      if (processStat(pid)?.group === leader.pid && identify(pid)) members.add(pid);
  }
  return [...members];
}

/** Asks everything to end, waits `grace` milliseconds, then ends it. Returns when nothing is left. */
export async function stopInstance(
  instance: Instance,
  grace: number,
  beat: () => void = () => undefined,
): Promise<void> {
  const deadline = Date.now() + grace;
  let asked = false;
  for (;;) {
    const members = membersOf(instance);
    if (members.length === 0) return;
    const late = Date.now() >= deadline;
    if (late || !asked) for (const pid of members) send(pid, late ? 'SIGKILL' : 'SIGTERM');
    asked = true;
    beat();
    await sleep(20);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in this moment; the caller looks again.
  }
}

function tagged(instance: string): readonly number[] {
  const wanted = `${instanceVariable}=${instance}`;
  return processIds().filter((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted) &&
        identify(pid) !== undefined
      );
    } catch {
      return false; // of another user, or gone
    }
  });
}

/** Without /proc (macOS) only the recorded leader is known. */
function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
