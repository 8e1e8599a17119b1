import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The one lock between processes of a host. It is the operating system's, by way of SQLite on an empty database, which has it on every
 * platform: it goes with its holder, however that dies, so there is no stale one to judge. The lock file stays, and stays empty.
 */

export interface LockOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Called once where another one holds it. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Does the work while nobody else does work under the same lock file.
 * @throws the signal's reason where it is aborted while waiting
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { signal, onWait }: LockOptions = {},
): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Never let SQLite wait itself: that would stop the whole process.
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    for (let waited = false; ; waited = true) {
      signal?.throwIfAborted();
      if (isFree(lock)) break;
      if (!waited) onWait?.();
      await pause(signal);
    }
    return await work();
  } finally {
    lock.close();
  }
}

/** The same for work that is synchronous, so that nothing else of this process comes between; `longestWait` in milliseconds. */
export function withLockSync<T>(file: string, work: () => T, longestWait: number): T {
  const lock = new DatabaseSync(file, { timeout: longestWait });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return work();
  } finally {
    lock.close();
  }
}

const SQLITE_BUSY = 5;

function isFree(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(10 + Math.random() * 30, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
