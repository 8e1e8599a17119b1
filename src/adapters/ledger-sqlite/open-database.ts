import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LedgerProblem } from './ledger-problem.ts';
import { migrations } from './migrations.ts';

/** Milliseconds to wait for another process that writes; a write takes a few. */
const busy = 10_000;

/**
 * Opens or creates the file and brings its schema up to date. Several processes may do so at the same moment.
 * A process that is killed in the midst of a write leaves nothing of it behind: SQLite's journal sees to that.
 */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path, { timeout: busy });
    useWriteAheadLog(database);
    database.exec('PRAGMA synchronous = FULL');
    migrate(database, path);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof LedgerProblem) throw error;
    throw new LedgerProblem(
      path,
      `can't be opened as a ledger (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** Runs `work` in one transaction that is the only writer from its start. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Switching modes needs the file alone for a moment, and SQLite doesn't wait by itself there. */
function useWriteAheadLog(database: DatabaseSync): void {
  const until = Date.now() + busy;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!/locked|busy/i.test(String(error)) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function migrate(database: DatabaseSync, path: string): void {
  inTransaction(database, () => {
    database.exec(
      'CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) STRICT',
    );
    const row = database.prepare('SELECT coalesce(max(version), 0) AS version FROM schema_version').get();
    const version = Number(row?.['version']);
    if (version > migrations.length) {
      throw new LedgerProblem(
        path,
        `written by a newer Sluice (schema ${version}, this one knows ${migrations.length}): update Sluice`,
      );
    }
    const applied = database.prepare('INSERT INTO schema_version (version, applied_at) VALUES (?, ?)');
    migrations.slice(version).forEach((sql, index) => {
      database.exec(sql);
      applied.run(version + index + 1, new Date().toISOString());
    });
  });
}
