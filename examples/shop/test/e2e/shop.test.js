import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { call, withDirectory } from '../scratch-shop.js';

const root = join(import.meta.dirname, '..', '..');

/** Starts the service as it is deployed and runs `work` with its address; then it must stop cleanly on SIGTERM. */
async function withService(env, work) {
  const service = spawn(process.execPath, [join(root, 'server.js')], {
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(service, 'exit');
  const lines = createInterface({ input: service.stdout });
  try {
    const [line] = await once(lines, 'line');
    await work(/http:\S+/.exec(line)[0]);
  } finally {
    service.kill('SIGTERM');
  }
  assert.deepEqual(await exited, [0, null]);
}

suite('a visit', () => {
  test('from the shop window to the order, which a later version still knows', () =>
    withDirectory(async (directory) => {
      const env = { SHOP_DATABASE: join(directory, 'shop.sqlite') };
      const migrated = execFileSync(process.execPath, [join(root, 'scripts', 'migrate.js')], {
        env,
        encoding: 'utf8',
      });
      assert.ok(JSON.parse(migrated.trim().split('\n').at(-1)).applied.includes('0001_shop'));
      let id;
      await withService({ ...env, SLUICE_VERSION: '1.0.0' }, async (url) => {
        assert.match((await call(url, 'GET', '/')).text, /<button data-product="teapot">/);
        const { products } = (await call(url, 'GET', '/products')).json;
        const cart = (await call(url, 'POST', '/cart', { product: products[0].id, quantity: 2 })).json;
        await call(url, 'POST', '/cart', { cart: cart.id, product: products[1].id });
        const order = (await call(url, 'POST', '/checkout', { cart: cart.id, email: 'ada@shop.example' }))
          .json;
        assert.equal(order.total, 2 * products[0].price + products[1].price);
        const left = (await call(url, 'GET', '/products')).json.products;
        assert.equal(left[0].stock, products[0].stock - 2);
        id = order.id;
      });
      await withService({ ...env, SLUICE_VERSION: '1.0.1' }, async (url) => {
        assert.equal((await call(url, 'GET', '/version')).json.version, '1.0.1');
        assert.equal((await call(url, 'GET', `/orders/${id}`)).status, 200);
      });
    }));

  test('twenty at once sell exactly what there is', () =>
    withDirectory(async (directory) => {
      const env = { SHOP_DATABASE: join(directory, 'shop.sqlite') };
      execFileSync(process.execPath, [join(root, 'scripts', 'migrate.js')], { env });
      await withService(env, async (url) => {
        const before = (await call(url, 'GET', '/products')).json.products.find(
          ({ id }) => id === 'teapot',
        ).stock;
        const visits = Array.from({ length: 20 }, async () => {
          const cart = (await call(url, 'POST', '/cart', { product: 'teapot', quantity: 3 })).json;
          return (await call(url, 'POST', '/checkout', { cart: cart.id, email: 'ada@shop.example' })).status;
        });
        assert.deepEqual([...new Set(await Promise.all(visits))], [201]);
        const after = (await call(url, 'GET', '/products')).json.products.find(
          ({ id }) => id === 'teapot',
        ).stock;
        assert.equal(after, before - 60);
      });
    }));
});
