import { jonas, maya, priya, tomas } from './authors.js';

/**
 * How the shop came to be. Each commit names the files that it changed: `final` is the file as it is in this
 * directory, a list of pairs turns that into what it was then (`[now, then]`), a text is the whole file.
 */
const final = [];

const appWithoutPage = [
  ["import { renderPage } from './page.js';\n", ''],
  [
    `    'GET /': (_, response) =>
      sendHtml(response, renderPage({ products: listProducts(connection.get()), version })),
`,
    '',
  ],
  ['readJson, send, sendHtml', 'readJson, send'],
];
const appThatHangsUp = [
  [
    `      // The rest of a body that was refused is read and dropped: the caller hears the answer, then the connection ends.
      if (!request.complete) response.setHeader('connection', 'close');
      request.resume();
`,
    '',
  ],
];
const appWithoutCheckout = [
  ["import { checkout, readOrder } from './orders.js';\n", ''],
  [
    `    'POST /checkout': async (request, response) => {
      const { order, created } = checkout(connection.get(), settings, await readJson(request));
      send(response, created ? 201 : 200, order);
    },
    'GET /orders/:id': (_, response, id) => send(response, 200, readOrder(connection.get(), id)),
`,
    '',
  ],
];
const appWithoutCart = [
  ["import { addToCart } from './cart.js';\n", ''],
  [
    `    'POST /cart': async (request, response) =>
      send(response, 201, addToCart(connection.get(), await readJson(request))),
`,
    '',
  ],
];
const transportThatHangsUp = [
  ['  // The connection must outlive a body that is refused, or the refusal could not be sent.\n', ''],
  ['request.iterator({ destroyOnReturn: false })', 'request'],
];
const transportWithoutPage = [
  [
    `export function sendHtml(response, html) {
  write(response, 200, 'text/html; charset=utf-8', html);
}

`,
    '',
  ],
];
const ordersWithoutPayments = [
  ["import { authorise } from './payments.js';\n", ''],
  ['stock, order and payment change together', 'stock and order change together'],
  ['    insertPayment(database, order, authorise(settings, order));\n', ''],
  ['with its items and how it is paid', 'with its items'],
  [
    `      \`SELECT id, total_cents, created_at, payments.status AS payment FROM orders
       JOIN payments ON order_id = id WHERE id = ?\`,
    )`,
    `      'SELECT id, total_cents, created_at FROM orders WHERE id = ?',
    )`,
  ],
  [', total: row.total_cents, payment: row.payment };', ', total: row.total_cents };'],
  [
    `
function insertPayment(database, order, { reference, status }) {
  database
    .prepare('INSERT INTO payments (order_id, reference, amount_cents, status) VALUES (?, ?, ?, ?)')
    .run(order.id, reference, order.total, status);
}
`,
    '',
  ],
];
const ordersThatOversell = [
  [
    `  const { changes } = database
    .prepare('UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?')
    .run(quantity, product, quantity);
  if (changes === 0) throw new Problem(409, \`There is not enough of "\${product}" in stock.\`);
`,
    `  database.prepare('UPDATE products SET stock = max(0, stock - ?) WHERE id = ?').run(quantity, product);
`,
  ],
];
const testsWithoutStock = [
  [
    `  test('never sells more than there is, and then changes nothing', () => {
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

`,
    '',
  ],
];
const testsWithoutPayments = [["    assert.equal(order.payment, 'captured');\n", '']];
const pageThatFormats = [
  ["import { formatPrice } from './products.js';\n\n", ''],
  ['${formatPrice(price)}', '€${(price / 100).toFixed(2)}'],
];
const productsWithoutPrice = [
  [
    `
/** Cents as people read them. */
export function formatPrice(cents) {
  return \`€\${(cents / 100).toFixed(2)}\`;
}
`,
    '',
  ],
];
const scriptsWithoutTests = [
  [
    `,
    "test": "npm run test:unit && npm run test:integration && npm run test:e2e && npm run test:performance"`,
    '',
  ],
  [
    `,
    "test:integration": "node --test --test-reporter=tap test/integration/*.test.js",
    "test:e2e": "node --test --test-reporter=tap test/e2e/*.test.js",
    "test:performance": "node test/performance.js",
    "smoke": "node smoke.js"`,
    '',
  ],
];
const httpTestsThatHangUp = [["    ['a huge body', 'POST', '/cart', ' '.repeat(1_000_000), 413],\n", '']];
const scriptWithoutBackup = [
  [
    `
/** Where the backup is, or shall be. */
export function backupPath(env = process.env) {
  if (!env.SLUICE_BACKUP) throw new Error('Set SLUICE_BACKUP to the path of the backup file.');
  return env.SLUICE_BACKUP;
}
`,
    '',
  ],
];

export const firstCommits = [
  {
    date: '2026-09-07T09:12:00+02:00',
    author: maya,
    subject: 'chore: a place for the shop',
    files: {
      'package.json': scriptsWithoutTests,
      // Written down here, because npm leaves files of this name out of packages.
      '.gitignore': 'node_modules/\nreports/*.xml\n*.sqlite\n*.sqlite-shm\n*.sqlite-wal\n',
      'reports/README.md': final,
      'README.md': '# Corner Shop\n\nA small shop. It needs Node 24 and nothing else.\n',
    },
  },
  {
    date: '2026-09-08T16:40:00+02:00',
    author: jonas,
    subject: 'feat(database): migrations that apply all or nothing (#1)',
    body: 'Two deployments that start together must not apply a migration twice, so the\nlist is read again under the write lock.',
    files: {
      'migrations/0001_shop.sql': final,
      'src/database.js': final,
      'src/migrations.js': final,
      'src/settings.js': final,
      'src/script.js': scriptWithoutBackup,
      'scripts/migrate.js': final,
    },
  },
  {
    date: '2026-09-11T11:05:00+02:00',
    author: maya,
    subject: 'feat(catalogue): list what is sold (#2)',
    body: 'The service starts before its migrations were applied, and says in /health what it\nis waiting for.',
    files: {
      'server.js': final,
      'src/app.js': [...appWithoutPage, ...appThatHangsUp, ...appWithoutCheckout, ...appWithoutCart],
      'src/health.js': final,
      'src/problem.js': final,
      'src/products.js': productsWithoutPrice,
      'src/service.js': final,
      'src/transport.js': [...transportThatHangsUp, ...transportWithoutPage],
      'test/scratch-shop.js': final,
      'test/unit/migrations.test.js': final,
      'test/unit/settings.test.js': final,
    },
  },
  {
    date: '2026-09-16T14:21:00+02:00',
    author: priya,
    subject: 'feat(cart): a basket that is kept between visits (#4)',
    files: {
      'src/cart.js': final,
      'src/app.js': [...appWithoutPage, ...appThatHangsUp, ...appWithoutCheckout],
    },
  },
  {
    date: '2026-09-22T10:02:00+02:00',
    author: priya,
    subject: 'feat(checkout): turn a basket into an order (#6)',
    body: 'The same basket checked out twice is one order: people click twice.',
    files: {
      'src/orders.js': [...ordersWithoutPayments, ...ordersThatOversell],
      'src/app.js': [...appWithoutPage, ...appThatHangsUp],
      'test/unit/orders.test.js': [...testsWithoutStock, ...testsWithoutPayments],
    },
  },
  {
    date: '2026-09-24T17:33:00+02:00',
    author: jonas,
    subject: 'fix(checkout): never sell more than there is (#8)',
    body: 'Fixes #7',
    files: { 'src/orders.js': ordersWithoutPayments, 'test/unit/orders.test.js': testsWithoutPayments },
  },
  {
    date: '2026-10-01T09:48:00+02:00',
    author: tomas,
    subject: 'feat(payments): leave live payments to the settlement job (#9)',
    files: {
      'migrations/0002_payments.sql': final,
      'src/payments.js': final,
      'src/orders.js': final,
      'test/unit/orders.test.js': final,
      'test/unit/payments.test.js': final,
    },
  },
  {
    date: '2026-10-07T13:15:00+02:00',
    author: maya,
    subject: 'feat(page): a shop window that reads well on a phone (#10)',
    files: {
      'src/page.js': pageThatFormats,
      'src/transport.js': transportThatHangsUp,
      'src/app.js': appThatHangsUp,
      'test/integration/http.test.js': httpTestsThatHangUp,
    },
  },
  {
    date: '2026-10-08T10:30:00+02:00',
    author: tomas,
    subject: 'refactor(page): format prices in one place (#11)',
    files: { 'src/page.js': final, 'src/products.js': final },
  },
  {
    date: '2026-10-14T15:57:00+02:00',
    author: jonas,
    subject: 'fix(http): answer a body that is too long instead of hanging up (#13)',
    body: 'Fixes #12',
    files: { 'src/transport.js': final, 'src/app.js': final, 'test/integration/http.test.js': final },
  },
  {
    date: '2026-10-22T11:20:00+02:00',
    author: jonas,
    subject: 'feat(database): back up and restore while the shop is open (#14)',
    body: 'A restore is one transaction that is compared with the backup before it commits, and\nkeeps what it replaces.',
    files: {
      'src/backup.js': final,
      'src/script.js': final,
      'scripts/backup.js': final,
      'scripts/verify-backup.js': final,
      'scripts/restore.js': final,
      'test/integration/backup.test.js': final,
    },
  },
  {
    date: '2026-10-29T16:06:00+01:00',
    author: priya,
    subject: 'test: a whole visit, a smoke test and a look at speed (#15)',
    files: {
      'package.json': final,
      'smoke.js': final,
      'test/e2e/shop.test.js': final,
      'test/performance.js': final,
    },
  },
  {
    date: '2026-11-03T09:25:00+01:00',
    author: tomas,
    subject: 'docs: how to run, test and look after the shop (#16)',
    files: { 'README.md': final, 'CHANGELOG.md': final },
  },
];
