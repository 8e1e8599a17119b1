import { randomUUID } from 'node:crypto';
import { readCart } from './cart.js';
import { transaction } from './database.js';
import { authorise } from './payments.js';
import { Problem } from './problem.js';

/**
 * Turns a basket into an order: stock, order and payment change together or not at all.
 * The same basket again gives the order that it became.
 */
export function checkout(database, settings, { cart, email }) {
  if (typeof cart !== 'string') throw new Problem(400, 'cart must be the id of a basket.');
  if (typeof email !== 'string' || email.length > 254 || !/^[^@\s]+@[^@\s]+$/.test(email)) {
    throw new Problem(400, 'email must be an e-mail address.');
  }
  return transaction(database, () => {
    const earlier = database.prepare('SELECT id FROM orders WHERE cart_id = ?').get(cart);
    if (earlier) return { order: readOrder(database, earlier.id), created: false };
    const { items, total } = readCart(database, cart);
    if (items.length === 0)
      throw new Problem(404, 'This basket is empty or unknown: put something into it first.');
    const order = { id: randomUUID(), cart, email, total };
    items.forEach((item) => takeFromStock(database, item));
    insertOrder(database, order, items);
    insertPayment(database, order, authorise(settings, order));
    return { order: readOrder(database, order.id), created: true };
  });
}

/** An order with its items and how it is paid. */
export function readOrder(database, id) {
  const row = database
    .prepare(
      `SELECT id, total_cents, created_at, payments.status AS payment FROM orders
       JOIN payments ON order_id = id WHERE id = ?`,
    )
    .get(id);
  if (!row) throw new Problem(404, 'There is no such order.');
  const items = database
    .prepare(
      'SELECT product_id AS product, quantity, price_cents AS price FROM order_items WHERE order_id = ? ORDER BY product_id',
    )
    .all(id);
  return { id: row.id, createdAt: row.created_at, items, total: row.total_cents, payment: row.payment };
}

function takeFromStock(database, { product, quantity }) {
  const { changes } = database
    .prepare('UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?')
    .run(quantity, product, quantity);
  if (changes === 0) throw new Problem(409, `There is not enough of "${product}" in stock.`);
}

function insertOrder(database, order, items) {
  database
    .prepare('INSERT INTO orders (id, cart_id, email, total_cents, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(order.id, order.cart, order.email, order.total, new Date().toISOString());
  const insert = database.prepare(
    'INSERT INTO order_items (order_id, product_id, quantity, price_cents) VALUES (?, ?, ?, ?)',
  );
  items.forEach((item) => insert.run(order.id, item.product, item.quantity, item.price));
}

function insertPayment(database, order, { reference, status }) {
  database
    .prepare('INSERT INTO payments (order_id, reference, amount_cents, status) VALUES (?, ?, ?, ?)')
    .run(order.id, reference, order.total, status);
}
