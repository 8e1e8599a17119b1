import { DatabaseSync } from 'node:sqlite';

/** Milliseconds; a change takes a few. */
const longestWait = 10_000;

/**
 * Runs `work` while no other process does so with the same lock file. The lock is the operating system's (by way of
 * SQLite, which has it on every platform), so that it goes with its process, however that dies; `work` is synchronous,
 * so that nothing else of this process comes between. The lock file stays, and stays empty.
 */
export function withFileLock<T>(lockFile: string, work: () => T): T {
  const lock = new DatabaseSync(lockFile, { timeout: longestWait });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return work();
  } finally {
    lock.close();
  }
}
