import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { authorise } from '../../src/payments.js';

const order = { id: '7c1e', total: 890 };

suite('payments', () => {
  test('a test payment is captured at once', () => {
    assert.deepEqual(authorise({ payments: 'test' }, order), { reference: 'test-7c1e', status: 'captured' });
  });

  test("a live payment waits for settlement under the merchant's reference", () => {
    const settings = { payments: 'live', merchant: 'corner-shop' };
    assert.deepEqual(authorise(settings, order), { reference: 'corner-shop-7c1e', status: 'pending' });
  });
});
