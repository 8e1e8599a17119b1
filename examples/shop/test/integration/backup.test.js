import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { call, withDirectory, withScratchShop } from '../scratch-shop.js';

const script = (name) => join(import.meta.dirname, '..', '..', 'scripts', `${name}.js`);
const environment = (path, backup, key) => ({
  SHOP_DATABASE: path,
  SLUICE_BACKUP: backup,
  SLUICE_IDEMPOTENCY_KEY: key ?? '',
});

/** Runs a script as a release would, and returns its last line. */
function run(name, env) {
  const output = execFileSync(process.execPath, [script(name)], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}

function refuse(name, env) {
  const { status, stderr } = spawnSync(process.execPath, [script(name)], { env, encoding: 'utf8' });
  assert.equal(status, 1);
  return stderr;
}

async function buy(url) {
  const cart = await call(url, 'POST', '/cart', { product: 'assam' });
  return (await call(url, 'POST', '/checkout', { cart: cart.json.id, email: 'ada@shop.example' })).json.id;
}

suite('backup', () => {
  test('is taken, proved and restored while the shop is open', () =>
    withScratchShop({}, async ({ url, path, directory }) => {
      const env = environment(path, join(directory, 'backups', 'a.sqlite'), 'run/1');
      const { migration } = (await call(url, 'GET', '/health')).json;
      const kept = await buy(url);
      assert.equal(run('backup', env).rows.orders, 1);
      const lost = await buy(url);
      new DatabaseSync(path).exec(
        "CREATE TABLE newer (x); INSERT INTO schema_migrations VALUES ('9999_newer', '', '')",
      );
      assert.equal(run('backup', env).rows.orders, 1, 'the same effect again keeps its backup');
      assert.equal(run('verify-backup', env).verified, true);

      const { restored, ordersSinceBackup, replaced } = run('restore', env);
      assert.deepEqual([restored, ordersSinceBackup], [true, 1]);
      assert.equal((await call(url, 'GET', `/orders/${kept}`)).status, 200);
      assert.equal((await call(url, 'GET', `/orders/${lost}`)).status, 404);
      assert.equal((await call(url, 'GET', '/health')).json.migration, migration);
      assert.equal(new DatabaseSync(replaced).prepare('SELECT count(*) AS n FROM orders').get().n, 2);

      assert.equal(run('restore', env).restored, false, 'a second time has nothing to do');
      assert.equal(readdirSync(directory).filter((file) => file.includes('replaced')).length, 1);
      assert.ok(await buy(url));
    }));

  test('never replaces another one', () =>
    withScratchShop({}, async ({ url, path, directory }) => {
      const backup = join(directory, 'a.sqlite');
      run('backup', environment(path, backup, 'run/1'));
      run('backup', environment(path, backup, 'run/2'));
      await buy(url);
      assert.match(refuse('backup', environment(path, backup, 'run/2')), /holds another backup, taken at/);
      writeFileSync(join(directory, 'b.sqlite'), 'something else');
      assert.match(
        refuse('backup', environment(path, join(directory, 'b.sqlite'), 'run/1')),
        /is not a backup of this shop/,
      );
    }));

  test('of a shop that was never released is empty', () =>
    withDirectory((directory) => {
      const env = environment(join(directory, 'none', 'shop.sqlite'), join(directory, 'a.sqlite'));
      assert.deepEqual(run('backup', env).rows, {});
      assert.equal(run('verify-backup', env).verified, true);
    }));

  test('that is damaged, missing or tampered with is refused, and the shop keeps what it has', () =>
    withScratchShop({}, async ({ url, path, directory }) => {
      const backup = join(directory, 'a.sqlite');
      const env = environment(path, backup);
      assert.match(refuse('restore', env), /There is no backup at/);
      run('backup', env);
      const order = await buy(url);
      new DatabaseSync(backup).exec('UPDATE products SET stock = 1');
      assert.match(refuse('verify-backup', env), /differs from the backup/);
      assert.match(refuse('restore', env), /differs from the backup; the database was left as it was/);
      writeFileSync(backup, Buffer.alloc(4096, 1));
      assert.match(refuse('verify-backup', env), /is not a backup of this shop/);
      assert.equal((await call(url, 'GET', `/orders/${order}`)).status, 200);
    }));

  test('needs to be told where', () => {
    assert.match(refuse('backup', {}), /Set SLUICE_BACKUP/);
    assert.match(refuse('backup', { SLUICE_BACKUP: '/tmp/x' }), /Set SHOP_DATABASE/);
    assert.match(refuse('migrate', {}), /Set SHOP_DATABASE/);
  });
});
