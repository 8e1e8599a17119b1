import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, suite, test } from 'node:test';
import { addToCart } from '../../src/cart.js';
import { migrate } from '../../src/migrations.js';
import { checkout } from '../../src/orders.js';
import { discountOf, findVoucher } from '../../src/vouchers.js';

const settings = { payments: 'test', merchant: '' };
const email = 'ada@shop.example';
let database;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  migrate(database);
});

suite('vouchers', () => {
  test('take their share off', () => {
    assert.equal(discountOf({ percent: 10 }, 1290), 129);
    assert.equal(discountOf({ percent: 100 }, 1290), 1290);
    assert.equal(discountOf(null, 1290), 0);
  });

  test('are known by their code', () => {
    assert.equal(findVoucher(database, 'WELCOME10').percent, 10);
    assert.equal(findVoucher(database, undefined), null);
    for (const code of ['FREE', '', 7, null])
      assert.throws(() => findVoucher(database, code), { status: 400 });
  });

  test('make an order cheaper', () => {
    const { id } = addToCart(database, { product: 'assam', quantity: 2 });
    const { order } = checkout(database, settings, { cart: id, email, voucher: 'WELCOME10' });
    assert.equal(order.total, 1602);
    assert.equal(order.discount, 178);
  });

  test('are not needed', () => {
    const { id } = addToCart(database, { product: 'assam', quantity: 2 });
    const { order } = checkout(database, settings, { cart: id, email });
    assert.equal(order.total, 1780);
    assert.equal(order.discount, 0);
  });
});
