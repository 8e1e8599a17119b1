import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens the database, creating it where there is none.
 * Write-ahead logging lets two versions of the shop, and its scripts, use the file at the same time.
 */
export function openDatabase(path) {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A connection that is opened when it is first needed, so that a broken database shows in /health. */
export function connect(path) {
  let database;
  return {
    get: () => (database ??= openDatabase(path)),
    close() {
      database?.close();
      database = undefined;
    },
  };
}

/** Runs `work` in one transaction that holds the write lock from its start. */
export function transaction(database, work) {
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
