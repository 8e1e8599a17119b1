import { randomUUID } from 'node:crypto';
import { transaction } from './database.js';
import { Problem } from './problem.js';

const mostOfOne = 99;

/** Puts a product into a basket; a basket that is not named is a new one. */
export function addToCart(database, { cart = randomUUID(), product, quantity = 1 }) {
  if (typeof cart !== 'string' || !/^[\w-]{1,64}$/.test(cart))
    throw new Problem(400, 'cart must be the id of a basket.');
  if (typeof product !== 'string') throw new Problem(400, 'product must be the id of a product.');
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > mostOfOne) {
    throw new Problem(400, `quantity must be a whole number from 1 to ${mostOfOne}.`);
  }
  return transaction(database, () => {
    if (!database.prepare('SELECT 1 FROM products WHERE id = ?').get(product))
      throw new Problem(404, `There is no product "${product.slice(0, 64)}".`);
    if (database.prepare('SELECT 1 FROM orders WHERE cart_id = ?').get(cart))
      throw new Problem(409, 'This basket was checked out: start a new one.');
    database
      .prepare(
        `INSERT INTO cart_items (cart_id, product_id, quantity) VALUES (?, ?, ?)
         ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = min(quantity + excluded.quantity, ${mostOfOne})`,
      )
      .run(cart, product, quantity);
    return readCart(database, cart);
  });
}

/** A basket with its items at today's prices. */
export function readCart(database, id) {
  const rows = database
    .prepare(
      `SELECT product_id, quantity, price_cents FROM cart_items JOIN products ON products.id = product_id
       WHERE cart_id = ? ORDER BY product_id`,
    )
    .all(id);
  const items = rows.map((row) => ({
    product: row.product_id,
    quantity: row.quantity,
    price: row.price_cents,
  }));
  return { id, items, total: items.reduce((sum, item) => sum + item.quantity * item.price, 0) };
}
