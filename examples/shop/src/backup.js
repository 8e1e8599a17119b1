import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from './database.js';

/** What a backup says about itself, in a table of its own that is never restored. */
const infoTable = 'backup_info';

/**
 * Writes a snapshot of the database to `file`, while the shop goes on.
 * The file appears under its name only when it is whole. One that is there already is kept if it is the one that `key`
 * took, or if it holds the same; any other is refused.
 */
export function takeBackup({ database, file, key }) {
  if (existsSync(file)) return keepOrRefuse({ database, file, key });
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  // Before the very first release there is nothing yet: the backup is an empty database.
  const source = existsSync(database) ? openDatabase(database) : new DatabaseSync(':memory:');
  try {
    source.prepare('VACUUM INTO ?').run(partial);
  } finally {
    source.close();
  }
  const info = writeInfo(partial, key);
  // Unlike a rename, a link never replaces a file that somebody put there meanwhile.
  linkSync(partial, file);
  rmSync(partial);
  return { ...info, repeated: false };
}

/** What the backup says about itself. */
export function readInfo(file) {
  if (!existsSync(file)) throw new Error(`There is no backup at ${file}.`);
  return withDatabase(new DatabaseSync(file, { readOnly: true }), (backup) => {
    try {
      const {
        taken_at: takenAt,
        key,
        digest,
      } = backup.prepare(`SELECT taken_at, key, digest FROM ${infoTable}`).get();
      return { takenAt, key, digest, rows: countRows(backup) };
    } catch (error) {
      throw new Error(`${file} is not a backup of this shop: ${error.message}.`, { cause: error });
    }
  });
}

/**
 * Makes the database hold exactly what the backup holds: tables, indexes and rows, in one transaction that compares
 * before it commits. A shop that has the file open sees the old data until then, and the restored data afterwards.
 */
export function restoreBackup({ file, database }) {
  const { digest } = readInfo(file);
  return withDatabase(openDatabase(database), (live) => {
    live.exec('PRAGMA foreign_keys = OFF');
    live.prepare('ATTACH ? AS backup').run(file);
    return transaction(live, () => {
      const before = countRows(live);
      if (digestOf(live) === digest) return { changed: false, before, after: before };
      dropEverything(live);
      copyEverything(live);
      if (digestOf(live) !== digest)
        throw new Error('What was restored differs from the backup; the database was left as it was.');
      return { changed: true, before, after: countRows(live) };
    });
  });
}

/** Table → number of rows. */
export function countRows(database) {
  const count = (table) => database.prepare(`SELECT count(*) AS rows FROM ${quote(table)}`).get().rows;
  return Object.fromEntries(tablesOf(database).map((table) => [table, count(table)]));
}

/** A hash over the schema and every row. */
export function digestOf(database) {
  const hash = createHash('sha256');
  for (const { type, name, sql } of schemaOf(database, 'main'))
    hash.update(JSON.stringify([type, name, sql]));
  for (const table of tablesOf(database)) {
    for (const row of database.prepare(`SELECT * FROM ${quote(table)} ORDER BY rowid`).iterate())
      hash.update(JSON.stringify([table, row]));
  }
  return hash.digest('hex');
}

function keepOrRefuse({ database, file, key }) {
  const info = readInfo(file);
  const same = () => existsSync(database) && withDatabase(openDatabase(database), digestOf) === info.digest;
  if ((key && info.key === key) || same()) return { ...info, repeated: true };
  throw new Error(
    `${file} holds another backup, taken at ${info.takenAt}: move it away or set SLUICE_BACKUP to another path.`,
  );
}

function writeInfo(file, key = '') {
  return withDatabase(new DatabaseSync(file), (backup) => {
    const info = {
      takenAt: new Date().toISOString(),
      key,
      digest: digestOf(backup),
      rows: countRows(backup),
    };
    backup.exec(
      `CREATE TABLE ${infoTable} (taken_at TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL)`,
    );
    backup.prepare(`INSERT INTO ${infoTable} VALUES (?, ?, ?)`).run(info.takenAt, info.key, info.digest);
    return info;
  });
}

function dropEverything(live) {
  const order = ['trigger', 'view', 'index', 'table'];
  const entries = schemaOf(live, 'main').sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
  for (const { type, name } of entries) live.exec(`DROP ${type} main.${quote(name)}`);
}

function copyEverything(live) {
  const entries = schemaOf(live, 'backup');
  const tables = entries.filter(({ type }) => type === 'table');
  for (const { sql } of tables) live.exec(sql);
  for (const { name } of tables) {
    live.exec(`INSERT INTO main.${quote(name)} SELECT * FROM backup.${quote(name)} ORDER BY rowid`);
  }
  for (const { sql } of entries.filter(({ type }) => type !== 'table')) live.exec(sql);
}

/** What somebody created: SQLite makes its own objects itself. */
function schemaOf(database, schema) {
  return database
    .prepare(
      `SELECT type, name, sql FROM ${schema}.sqlite_schema
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> '${infoTable}' ORDER BY type, name`,
    )
    .all();
}

const tablesOf = (database) =>
  schemaOf(database, 'main')
    .filter(({ type }) => type === 'table')
    .map(({ name }) => name);

const quote = (name) => `"${name.replaceAll('"', '""')}"`;

function withDatabase(database, work) {
  try {
    return work(database);
  } finally {
    database.close();
  }
}
