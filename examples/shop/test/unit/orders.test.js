import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, suite, test } from 'node:test';
import { addToCart } from '../../src/cart.js';
import { migrate } from '../../src/migrations.js';
import { checkout, readOrder } from '../../src/orders.js';

const settings = { payments: 'test', merchant: '' };
const email = 'ada@shop.example';
let database;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  migrate(database);
});

const stockOf = (product) => database.prepare('SELECT stock FROM products WHERE id = ?').get(product).stock;

suite('cart', () => {
  test('adds up what is put into it', () => {
    const { id } = addToCart(database, { product: 'assam', quantity: 2 });
    const cart = addToCart(database, { cart: id, product: 'pencil' });
    assert.deepEqual(cart.items, [
      { product: 'assam', quantity: 2, price: 890 },
      { product: 'pencil', quantity: 1, price: 180 },
    ]);
    assert.equal(cart.total, 1960);
  });

  test('holds at most 99 of one product', () => {
    const { id } = addToCart(database, { product: 'assam', quantity: 60 });
    assert.equal(addToCart(database, { cart: id, product: 'assam', quantity: 60 }).items[0].quantity, 99);
  });

  for (const quantity of [0, -1, 1.5, 100, '2', null]) {
    test(`refuses a quantity of ${JSON.stringify(quantity)}`, () => {
      assert.throws(() => addToCart(database, { product: 'assam', quantity }), { status: 400 });
    });
  }

  test('refuses a product that is not sold', () => {
    assert.throws(() => addToCart(database, { product: 'coffee' }), {
      status: 404,
      message: 'There is no product "coffee".',
    });
  });
});

suite('checkout', () => {
  test('writes the order and takes it from the stock', () => {
    const before = stockOf('sencha');
    const { id } = addToCart(database, { product: 'sencha', quantity: 3 });
    const { order, created } = checkout(database, settings, { cart: id, email });
    assert.equal(created, true);
    assert.equal(order.total, 4350);
    assert.equal(order.payment, 'captured');
    assert.equal(stockOf('sencha'), before - 3);
    assert.deepEqual(readOrder(database, order.id), order);
  });

  test('sells a basket once', () => {
    const { id } = addToCart(database, { product: 'teapot' });
    const before = stockOf('teapot');
    const first = checkout(database, settings, { cart: id, email });
    const second = checkout(database, settings, { cart: id, email });
    assert.deepEqual(second, { order: first.order, created: false });
    assert.equal(stockOf('teapot'), before - 1);
    assert.throws(() => addToCart(database, { cart: id, product: 'teapot' }), { status: 409 });
  });

  test('never sells more than there is, and then changes nothing', () => {
    database.exec("UPDATE products SET stock = 1 WHERE id = 'teapot'");
    const { id } = addToCart(database, { product: 'assam' });
    addToCart(database, { cart: id, product: 'teapot', quantity: 2 });
    const before = stockOf('assam');
    assert.throws(() => checkout(database, settings, { cart: id, email }), {
      status: 409,
      message: /not enough of "teapot"/,
    });
    assert.equal(stockOf('assam'), before);
    assert.equal(database.prepare('SELECT count(*) AS n FROM orders').get().n, 0);
  });

  test('refuses an empty basket and an address that is none', () => {
    assert.throws(() => checkout(database, settings, { cart: 'empty', email }), { status: 404 });
    assert.throws(() => checkout(database, settings, { cart: 'empty', email: 'ada' }), { status: 400 });
    assert.throws(() => checkout(database, settings, { email }), { status: 400 });
  });
});
