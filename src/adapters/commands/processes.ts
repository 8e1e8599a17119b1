import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessStat } from '../processes/stat.ts';
import { parseStat } from '../processes/stat.ts';
import { programEnvironment } from '../programs/environment.ts';

/** A process that belongs to a command. */
export interface Member {
  readonly pid: number;
  /** Reached by a signal to the command's process group. */
  readonly inGroup: boolean;
}

const run = promisify(execFile);
const linux = process.platform === 'linux';

/** The start mark inside what the supervisor recorded: a line of /proc/<pid>/stat, or `ps -o lstart=`. */
export function startMark(recorded: string): string {
  return parseStat(recorded)?.started ?? recorded.trim();
}

/** Whether the process that had this id and start mark still runs. */
export async function isAlive(pid: number, mark: string): Promise<boolean> {
  const found = await entry(pid);
  return found !== undefined && !found.ended && found.started === mark;
}

/**
 * What a command started and still runs: everything in the supervisor's session and group and, where the system tells
 * (Linux), every process that left them but still has the command's key in its environment.
 */
export async function membersOf(
  leader: { readonly pid: number; readonly mark: string },
  key: string,
): Promise<readonly Member[]> {
  const all = (await processes()).filter(({ pid, ended }) => !ended && pid !== process.pid);
  const holder = all.find(({ pid }) => pid === leader.pid);
  // The id belongs to somebody else by now. It can only be given away once its old group and session are empty.
  const reused = holder !== undefined && holder.started !== leader.mark;
  const ours = ({ group, session }: ProcessStat) =>
    !reused && (group === leader.pid || session === leader.pid);
  const matches = await Promise.all(all.map(async (found) => ours(found) || (await hasKey(found.pid, key))));
  return all
    .filter((_, index) => matches[index])
    .map(({ pid, group }) => ({ pid, inGroup: !reused && group === leader.pid }));
}

/** Signals the group as a whole, so that nothing can fork past it, and those that left it one by one. */
export function signalMembers(leader: number, members: readonly Member[], signal: NodeJS.Signals): void {
  if (members.some(({ inGroup }) => inGroup)) send(-leader, signal);
  for (const { pid, inGroup } of members) if (!inGroup) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone, or not ours to end: whoever waits looks again.
  }
}

async function hasKey(pid: number, key: string): Promise<boolean> {
  if (!linux) return false;
  // Processes of other users can't be looked into.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`SLUICE_IDEMPOTENCY_KEY=${Buffer.from(key).toString('latin1')}`);
}

async function processes(): Promise<readonly ProcessStat[]> {
  if (!linux) return fromPs(await ps(['-axo', 'pid=,pgid=,stat=,lstart=']));
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(ids.map((id) => entry(Number(id))));
  return entries.filter((found) => found !== undefined);
}

async function entry(pid: number): Promise<ProcessStat | undefined> {
  if (!linux) return fromPs(await ps(['-o', 'pid=,pgid=,stat=,lstart=', '-p', String(pid)]))[0];
  return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

async function ps(args: readonly string[]): Promise<string> {
  // ps exits with 1 where nothing matches.
  return run('ps', [...args], {
    env: { ...programEnvironment(process.env), LC_ALL: 'C', TZ: 'UTC0' },
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

function fromPs(text: string): readonly ProcessStat[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, group, state, started] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (!pid || !state || !started) return [];
    return [
      {
        pid: Number(pid),
        group: Number(group),
        session: Number(group),
        ended: state.startsWith('Z'),
        started,
      },
    ];
  });
}
