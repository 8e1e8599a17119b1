import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does the work while no other process on this host does work under the same lock file.
 * The lock is SQLite's own file lock: the system frees it when its holder dies, so there is no stale lock to judge.
 * @throws the signal's reason where it is aborted while waiting
 */
export async function withExclusive<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const lock = await acquire(file, signal);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(file: string, signal: AbortSignal | undefined): Promise<DatabaseSync> {
  for (;;) {
    signal?.throwIfAborted();
    // Never let SQLite wait itself: that would stop the whole worker.
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return database;
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
    }
    await sleep(10 + Math.random() * 30, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
