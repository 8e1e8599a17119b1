/** Faults that only the shop's unit tests notice. */
import { jonas, maya, priya } from '../../shop/history/authors.js';

export const testFaults = {
  'wrong-computation': {
    problem: 'a basket costs something else: an operator is wrong',
    solvedBy: 'driver',
    author: priya,
    subject: 'refactor(cart): add up in one line',
    edits: { 'src/cart.js': [['sum + item.quantity * item.price', 'sum + item.quantity + item.price']] },
  },
  'wrong-bound': {
    problem: 'a basket takes too much of one product: a bound is wrong',
    solvedBy: 'driver',
    author: jonas,
    subject: 'refactor(cart): a name for the most of one product',
    edits: { 'src/cart.js': [['const mostOfOne = 99;', 'const mostOfOne = 100;']] },
  },
  // Nothing in what is left of the file is wrong: one has to know what was there.
  'lost-thought': {
    problem: 'the same basket can be sold twice: two lines went missing beside a good change',
    solvedBy: 'senior',
    author: maya,
    subject: 'feat(checkout): keep addresses in lower case (#27)',
    edits: {
      'src/orders.js': [
        [
          `    const earlier = database.prepare('SELECT id FROM orders WHERE cart_id = ?').get(cart);
    if (earlier) return { order: readOrder(database, earlier.id), created: false };
`,
          '',
        ],
        ['cart, email, total };', 'cart, email: email.toLowerCase(), total };'],
      ],
      'test/unit/orders.test.js': [
        [
          "  test('never sells more than there is",
          `  test('keeps the address in lower case', () => {
    const { id } = addToCart(database, { product: 'pencil' });
    checkout(database, settings, { cart: id, email: 'Ada@Shop.Example' });
    assert.equal(database.prepare('SELECT email FROM orders').get().email, email);
  });

  test('never sells more than there is`,
        ],
      ],
    },
  },
  // Either place alone makes it no better: both have to be taken back.
  'two-places': {
    problem: 'prices are euros in one place and cents in another',
    solvedBy: 'trio',
    author: priya,
    subject: 'refactor(cart): prices as people read them',
    edits: {
      'src/cart.js': [
        ['price: row.price_cents,', 'price: row.price_cents / 100,'],
        [
          'total: items.reduce((sum, item) => sum + item.quantity * item.price, 0) };',
          'total: Math.round(items.reduce((sum, item) => sum + item.quantity * item.price, 0) * 100) };',
        ],
      ],
    },
  },
};
