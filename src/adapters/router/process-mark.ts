import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that can be told from another one that got the same id later. */
export interface ProcessMark {
  readonly pid: number;
  /** When it started, in the system's own words. */
  readonly start: string;
}

const onLinux = process.platform === 'linux';

/** What `/proc/<pid>/stat` says, or undefined where there is no such process. */
export function processStat(
  pid: number,
): { readonly state: string; readonly group: number; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces and brackets of its own.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '?', group: Number(fields[2]), start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** The mark of a living process; undefined where it is gone or only waits to be reaped. */
export function markOf(pid: number): ProcessMark | undefined {
  if (onLinux) {
    const stat = processStat(pid);
    if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
    return { pid, start: `${bootId()}/${stat.start}` };
  }
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(text) ?? [];
    return state === undefined || start === undefined || state.startsWith('Z') ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export function isRunning(mark: ProcessMark | undefined): boolean {
  return mark !== undefined && markOf(mark.pid)?.start === mark.start;
}

let boot: string | undefined;
/** Start times count from the boot, so they only say something together with it. */
function bootId(): string {
  try {
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    boot = '-';
  }
  return boot;
}
