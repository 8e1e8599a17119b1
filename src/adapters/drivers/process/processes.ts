import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, processStat } from '../../processes/identity.ts';
import type { ProcessIdentity } from '../../processes/identity.ts';
import { listeningPorts } from './listening.ts';
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

/**
 * Asks everything to end, waits `grace` milliseconds, then ends it. Returns when nothing is left: neither of what was there when it
 * began, although its leader may end first and leave it unmarked, nor of what kept the version's port.
 */
export async function stopInstance(
  instance: Instance & Pick<Slot, 'port' | 'directory'>,
  grace: number,
  beat: () => void = () => undefined,
): Promise<void> {
  const deadline = Date.now() + grace;
  const known = new Map<number, ProcessIdentity>();
  const asked = new Set<number>();
  for (;;) {
    for (const pid of leftOf(instance)) {
      const identity = identify(pid);
      if (identity) known.set(pid, identity);
    }
    const members = [...known.values()].filter(isRunning);
    if (members.length === 0) return;
    const late = Date.now() >= deadline;
    for (const { pid } of members) {
      if (late || !asked.has(pid)) send(pid, late ? 'SIGKILL' : 'SIGTERM');
      asked.add(pid);
    }
    beat();
    await sleep(20);
  }
}

/** What runs of a start, and what keeps its port although nothing marks it. */
export function leftOf(instance: Instance & Pick<Slot, 'port' | 'directory'>): readonly number[] {
  return [...membersOf(instance), ...portKeepers(instance)];
}

/**
 * Processes without a mark that listen on the version's port and work in its own directory: a child that was given neither its
 * parent's environment nor its session, and would keep the port for ever. A port alone proves nothing, for it may be somebody else's by now.
 */
function portKeepers({ port, directory }: Pick<Slot, 'port' | 'directory'>): readonly number[] {
  const home = realPath(directory);
  return processIds().filter(
    (pid) =>
      worksIn(pid, home) &&
      environmentOf(pid)?.every((line) => !line.startsWith(`${instanceVariable}=`)) === true &&
      listeningPorts([pid]).includes(port),
  );
}

function worksIn(pid: number, directory: string): boolean {
  try {
    const at = readlinkSync(`/proc/${pid}/cwd`);
    return at === directory || at.startsWith(`${directory}/`);
  } catch {
    return false; // of another user, or gone
  }
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
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
  return processIds().filter(
    (pid) => environmentOf(pid)?.includes(wanted) === true && identify(pid) !== undefined,
  );
}

/** Lines `NAME=value`; undefined where the process is of another user, or gone. */
function environmentOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return undefined;
  }
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
