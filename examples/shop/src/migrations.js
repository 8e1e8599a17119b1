import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transaction } from './database.js';

const shipped = join(import.meta.dirname, '..', 'migrations');

/** The migrations that this version ships, in their order. */
export function listMigrations(directory = shipped) {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  const numbers = new Map();
  return files.sort().map((file) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1];
    if (!number) throw new Error(`${file} is not named like 0001_what_it_does.sql.`);
    if (numbers.has(number))
      throw new Error(`${file} and ${numbers.get(number)} have the same number: renumber one.`);
    numbers.set(number, file);
    const sql = readFileSync(join(directory, file), 'utf8');
    return { name: file.slice(0, -4), sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/** What was applied: name → checksum. It may hold migrations of a newer version, which do no harm here. */
export function appliedMigrations(database) {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").get();
  if (!table) return new Map();
  const rows = database.prepare('SELECT name, checksum FROM schema_migrations ORDER BY name').all();
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

/** Those that this version needs and the database does not have yet. */
export function pendingMigrations(database, migrations = listMigrations()) {
  const applied = appliedMigrations(database);
  return migrations.filter(({ name }) => !applied.has(name));
}

/**
 * Applies what is pending, all of it or nothing, and returns the names.
 * It looks again once it holds the write lock: two that start together apply each migration once.
 */
export function migrate(database, migrations = listMigrations()) {
  return transaction(database, () => {
    database.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)',
    );
    refuseEdited(migrations, appliedMigrations(database));
    const record = database.prepare(
      'INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (?, ?, ?)',
    );
    return pendingMigrations(database, migrations).map(({ name, sql, checksum }) => {
      apply(database, name, sql);
      record.run(name, checksum, new Date().toISOString());
      return name;
    });
  });
}

function apply(database, name, sql) {
  try {
    database.exec(sql);
  } catch (error) {
    throw new Error(`Migration ${name} failed, and nothing was changed: ${error.message}.`, { cause: error });
  }
  if (!database.isTransaction)
    throw new Error(`Migration ${name} ends the transaction itself: remove its COMMIT or ROLLBACK.`);
}

function refuseEdited(migrations, applied) {
  const edited = migrations.filter(
    ({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum,
  );
  if (edited.length === 0) return;
  throw new Error(
    `${edited.map(({ name }) => name).join(', ')} was edited after it was applied: undo that and add a new migration.`,
  );
}
