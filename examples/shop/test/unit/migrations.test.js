import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { appliedMigrations, listMigrations, migrate, pendingMigrations } from '../../src/migrations.js';
import { withDirectory } from '../scratch-shop.js';

const migration = (name, sql, checksum = sql) => ({ name, sql, checksum });
const first = migration('0001_a', 'CREATE TABLE a (x)');

suite('migrations', () => {
  test('are applied once', () => {
    const database = new DatabaseSync(':memory:');
    const names = listMigrations().map(({ name }) => name);
    assert.deepEqual(migrate(database), names);
    assert.deepEqual(migrate(database), []);
    assert.deepEqual([...appliedMigrations(database).keys()], names);
  });

  test('are applied all or not at all', () => {
    const database = new DatabaseSync(':memory:');
    const broken = migration('0002_b', 'CREATE TABLE b (x); CREATE TABLE a (x)');
    assert.throws(
      () => migrate(database, [first, broken]),
      /0002_b failed, and nothing was changed: table a already exists/,
    );
    assert.deepEqual(database.prepare('SELECT name FROM sqlite_schema').all(), []);
  });

  test('of a newer version do no harm', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, [first, migration('0002_b', 'CREATE TABLE b (x)')]);
    assert.deepEqual(pendingMigrations(database, [first]), []);
    assert.deepEqual(migrate(database, [first]), []);
  });

  test('that were edited afterwards are refused', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, [first]);
    assert.throws(
      () => migrate(database, [{ ...first, checksum: 'other' }]),
      /0001_a was edited after it was applied/,
    );
  });

  test('that end the transaction themselves are refused', () => {
    const database = new DatabaseSync(':memory:');
    assert.throws(
      () => migrate(database, [migration('0001_a', 'CREATE TABLE a (x); COMMIT')]),
      /remove its COMMIT/,
    );
  });

  test('with bad names or the same number are refused', () =>
    withDirectory((directory) => {
      writeFileSync(join(directory, '0001_a.sql'), '');
      writeFileSync(join(directory, '0001_b.sql'), '');
      assert.throws(() => listMigrations(directory), /0001_b.sql and 0001_a.sql have the same number/);
      writeFileSync(join(directory, '0000-x.sql'), '');
      assert.throws(() => listMigrations(directory), /0000-x.sql is not named like/);
    }));
});
