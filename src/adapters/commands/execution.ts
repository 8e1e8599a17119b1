import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EffectContext } from '../../activities/ports/index.ts';
import { isThisHost } from './host.ts';
import type { Member } from './processes.ts';
import { isAlive, membersOf, startMark } from './processes.ts';

/** Who runs an execution, as its supervisor wrote it down before the command's first instruction. */
export interface Claim {
  readonly pid: number;
  readonly host: string;
  readonly mark: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type StopReason = 'timed-out' | 'cancelled' | 'too-much-output';

/** Written before the first signal is sent, so that a later attempt knows why the command ended. */
export interface Stop {
  readonly reason: StopReason;
  readonly at: number;
}

/** What the files and the process table say about one execution. */
export type ExecutionState =
  | { readonly kind: 'absent' }
  /** A claim without its content: its supervisor is writing it, or died doing so, before the command began. */
  | { readonly kind: 'torn'; readonly at: number }
  | { readonly kind: 'running'; readonly claim: Claim }
  /** It was told to stop, and something of it still runs. */
  | { readonly kind: 'stopping'; readonly claim: Claim; readonly stop: Stop }
  | {
      readonly kind: 'ended';
      readonly claim: Claim;
      readonly stop: Stop | undefined;
      readonly exit: Exit | undefined;
    }
  /** The supervisor is gone and left no exit code; `survivors` of the command may still run. */
  | { readonly kind: 'lost'; readonly claim: Claim; readonly survivors: readonly Member[] };

export interface Exit {
  readonly code: number;
  readonly at: number;
}

/** `<run>/<step>/<hash of the key>`; below it one numbered directory an execution. */
export function keyDirectory(root: string, context: Pick<EffectContext, 'run' | 'step' | 'key'>): string {
  const hash = createHash('sha256').update(context.key).digest('hex').slice(0, 16);
  return join(root, slug(context.run), slug(context.step), hash);
}

/** The longest name of a directory. */
export const slugLength = 80;

export const slug = (text: string) =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, slugLength) || '_';

/** The number of the newest execution of a key; 0 where there is none. */
export async function newestExecution(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

/** Makes the directory of an execution, readable for its owner only: output may hold what nobody else should see. */
export async function prepareExecution(directory: string): Promise<void> {
  await mkdir(join(directory, 'state'), { recursive: true, mode: 0o700 });
}

export const logFile = (directory: string, stream: 'stdout' | 'stderr') => join(directory, stream);
export const stateDirectory = (directory: string) => join(directory, 'state');

export async function observeExecution(directory: string, key: string): Promise<ExecutionState> {
  const claim = await readClaim(directory);
  if (claim === undefined) return { kind: 'absent' };
  if ('torn' in claim) return { kind: 'torn', at: claim.at };
  const exit = await readExit(directory);
  const here = isThisHost(claim.host);
  const alive = exit === undefined && here && (await isAlive(claim.pid, claim.mark));
  const stop = await readStop(directory);
  if (alive) return stop ? { kind: 'stopping', claim, stop } : { kind: 'running', claim };
  // The supervisor may have written its last word between the two looks.
  const last = exit ?? (await readExit(directory));
  if (last && !(stop && stop.at <= last.at)) return { kind: 'ended', claim, exit: last, stop: undefined };
  const survivors = here ? await membersOf(claim, key) : [];
  if (stop)
    return survivors.length > 0
      ? { kind: 'stopping', claim, stop }
      : { kind: 'ended', claim, exit: last, stop };
  return { kind: 'lost', claim, survivors };
}

/** The first reason stays: a second attempt that stops the same command changes nothing. */
export async function recordStop(directory: string, reason: StopReason): Promise<void> {
  await writeFile(join(directory, 'state', 'stop'), `${reason}\n`, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

async function readClaim(
  directory: string,
): Promise<Claim | { readonly torn: true; readonly at: number } | undefined> {
  const file = await readRecord(join(directory, 'state', 'claim'));
  if (!file) return undefined;
  const [pid, host, recorded, end] = file.text.split('\n');
  if (!pid || !host || !recorded || end === undefined) return { torn: true, at: file.at };
  return { pid: Number(pid), host, mark: startMark(recorded), at: file.at };
}

async function readExit(directory: string): Promise<Exit | undefined> {
  const file = await readRecord(join(directory, 'state', 'exit'));
  return file && /^\d+\n$/.test(file.text) ? { code: Number(file.text), at: file.at } : undefined;
}

async function readStop(directory: string): Promise<Stop | undefined> {
  const file = await readRecord(join(directory, 'state', 'stop'));
  if (!file) return undefined;
  const text = file.text.trim();
  const reason = text === 'timed-out' || text === 'too-much-output' ? text : 'cancelled';
  return { reason, at: file.at };
}

async function readRecord(path: string): Promise<{ text: string; at: number } | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    // In this order, so that the time of a whole record is the time of its last byte.
    return { text, at: (await stat(path)).mtimeMs };
  } catch {
    return undefined;
  }
}
