import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { suite, test } from 'node:test';
import { call, migrateFile, withScratchShop } from '../scratch-shop.js';

suite('HTTP', () => {
  test('shows the shop window', () =>
    withScratchShop({ env: { SLUICE_VERSION: '1.2.3' } }, async ({ url }) => {
      const page = await call(url, 'GET', '/');
      assert.equal(page.status, 200);
      assert.match(page.text, /Assam, second flush/);
      assert.match(page.text, /Corner Shop 1\.2\.3/);
      assert.deepEqual((await call(url, 'GET', '/version')).json, { version: '1.2.3' });
    }));

  test('sells', () =>
    withScratchShop({}, async ({ url }) => {
      const cart = await call(url, 'POST', '/cart', { product: 'notebook', quantity: 2 });
      assert.equal(cart.status, 201);
      const order = await call(url, 'POST', '/checkout', { cart: cart.json.id, email: 'ada@shop.example' });
      assert.equal(order.status, 201);
      assert.equal(
        (await call(url, 'POST', '/checkout', { cart: cart.json.id, email: 'ada@shop.example' })).status,
        200,
      );
      assert.deepEqual((await call(url, 'GET', `/orders/${order.json.id}`)).json, order.json);
    }));

  const refused = [
    ['an unknown path', 'GET', '/nothing', undefined, 404],
    ['a path of JavaScript', 'GET', '/constructor', undefined, 404],
    ['an unknown order', 'GET', '/orders/0000', undefined, 404],
    ['a wrong method', 'DELETE', '/cart', undefined, 405],
    ['no body', 'POST', '/cart', undefined, 400],
    ['a body that is not JSON', 'POST', '/cart', '{', 400],
    ['a list', 'POST', '/cart', '[]', 400],
    ['a wrong type', 'POST', '/cart', '{"product":7}', 400],
    ['a huge body', 'POST', '/cart', ' '.repeat(1_000_000), 413],
  ];
  for (const [title, method, path, body, status] of refused) {
    test(`answers ${title} with ${status} and a sentence`, () =>
      withScratchShop({}, async ({ url }) => {
        const answer = await call(url, method, path, body);
        assert.equal(answer.status, status);
        assert.match(answer.json.error, /\.$/);
        assert.equal((await call(url, 'GET', '/health')).status, 200);
      }));
  }
});

suite('health', () => {
  test('says which migration is missing, and is good once it was applied', () =>
    withScratchShop({ migrated: false, log: () => {} }, async ({ url, path }) => {
      const before = await call(url, 'GET', '/health');
      assert.equal(before.status, 503);
      assert.match(before.json.reason, /waiting for the migration 0001_shop/);
      assert.equal((await call(url, 'GET', '/live')).status, 200);
      assert.equal((await call(url, 'GET', '/products')).status, 503);
      migrateFile(path);
      const after = await call(url, 'GET', '/health');
      assert.equal(after.status, 200);
      assert.equal(after.json.products, 6);
    }));
});

suite('stopping', () => {
  test('lets an open request finish and takes no new one', () =>
    withScratchShop({}, async ({ url, stop }) => {
      const body = JSON.stringify({ product: 'assam' });
      const open = request(new URL('/cart', url), {
        method: 'POST',
        headers: { 'content-length': body.length, expect: '100-continue' },
      });
      open.flushHeaders();
      await once(open, 'continue');
      const stopped = stop();
      await assert.rejects(call(url, 'GET', '/products'), { message: 'fetch failed' });
      open.end(body);
      const [response] = await once(open, 'response');
      assert.equal(response.statusCode, 201);
      response.resume();
      await stopped;
    }));
});
