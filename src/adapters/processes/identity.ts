import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessUsage } from './stat.ts';
import { parseStat } from './stat.ts';
import { programEnvironment } from '../programs/environment.ts';

/** A process that can't be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, as the operating system says it. */
  readonly started: string;
}

/** The process that has this number now; undefined where none has it, or where it has ended already. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedByProc(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity | undefined): boolean {
  return identity !== undefined && identify(identity.pid)?.started === identity.started;
}

/** What Linux says of the process with this number; undefined where there is none, and on other systems. */
export function processStat(pid: number): ProcessUsage | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Ends a process and everything in its group, politely first; resolves when it has ended. */
export async function endGroup(identity: ProcessIdentity, graceMs: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isRunning(identity)) return;
    try {
      process.kill(-identity.pid, signal);
    } catch {
      return; // It ended between the question and the signal.
    }
    for (const end = Date.now() + patience; Date.now() < end && isRunning(identity);) await sleep(25);
  }
}

/** Start times count from the boot, so they only say something together with it. */
function startedByProc(pid: number): string | undefined {
  const stat = processStat(pid);
  return stat && !stat.ended ? `${bootId()}/${stat.started}` : undefined;
}

let boot: string | undefined;
function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

function startedByPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...programEnvironment(process.env), LC_ALL: 'C', TZ: 'UTC0' },
    });
    const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(text) ?? [];
    return state?.startsWith('Z') ? undefined : started;
  } catch {
    return undefined;
  }
}
