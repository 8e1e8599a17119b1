import { jonas, maya, priya, tomas } from './authors.js';

/**
 * The next version: `edits` are pairs of text before and after, `add` are files of `vouchers/`.
 *
 * The fault is in payments.js: a live payment reads the code of a voucher that most orders do not have. The unit
 * test has a voucher, staging takes test payments, and the smoke test pays with the house's voucher: only customers
 * in production meet it.
 */
export const voucherCommits = [
  {
    date: '2026-11-10T10:14:00+01:00',
    author: maya,
    subject: 'fix(page): say when only a few are left (#18)',
    body: 'Fixes #17',
    edits: {
      'src/page.js': [
        [
          '<p>${escape(description)}</p>',
          "<p>${escape(description)}${stock > 0 && stock < 10 ? `<br>Only ${stock} left` : ''}</p>",
        ],
      ],
    },
  },
  {
    date: '2026-11-12T15:42:00+01:00',
    author: priya,
    subject: 'feat(vouchers): take a voucher at checkout (#19)',
    body: 'The settlement job finds out from the reference of a payment which voucher was used.',
    add: ['migrations/0003_vouchers.sql', 'src/vouchers.js', 'test/unit/vouchers.test.js'],
    edits: {
      'src/orders.js': [
        [
          "import { Problem } from './problem.js';\n",
          "import { Problem } from './problem.js';\nimport { discountOf, findVoucher } from './vouchers.js';\n",
        ],
        ['settings, { cart, email })', 'settings, { cart, email, voucher: code })'],
        [
          'const order = { id: randomUUID(), cart, email, total };',
          `const voucher = findVoucher(database, code);
    const discount = discountOf(voucher, total);
    const order = { id: randomUUID(), cart, email, total: total - discount, discount, voucher };`,
        ],
        [
          'SELECT id, total_cents, created_at, payments',
          'SELECT id, total_cents, discount_cents, created_at, payments',
        ],
        [
          'return { id: row.id, createdAt: row.created_at, items, total: row.total_cents, payment: row.payment };',
          `return {
    id: row.id,
    createdAt: row.created_at,
    items,
    discount: row.discount_cents,
    total: row.total_cents,
    payment: row.payment,
  };`,
        ],
        [
          `    .prepare('INSERT INTO orders (id, cart_id, email, total_cents, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(order.id, order.cart, order.email, order.total, new Date().toISOString());`,
          `    .prepare(
      \`INSERT INTO orders (id, cart_id, email, total_cents, discount_cents, voucher, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)\`,
    )
    .run(
      order.id,
      order.cart,
      order.email,
      order.total,
      order.discount,
      order.voucher?.code ?? null,
      new Date().toISOString(),
    );`,
        ],
      ],
      'src/payments.js': [
        ['[settings.merchant, order.id]', '[settings.merchant, order.voucher.code, order.id]'],
      ],
      'test/unit/payments.test.js': [
        [
          "{ id: '7c1e', total: 890 }",
          "{ id: '7c1e', total: 801, voucher: { code: 'WELCOME10', percent: 10 } }",
        ],
        ["reference: 'corner-shop-7c1e'", "reference: 'corner-shop-WELCOME10-7c1e'"],
      ],
    },
  },
  {
    date: '2026-11-13T09:31:00+01:00',
    author: tomas,
    subject: "test(smoke): pay with the house's voucher (#20)",
    body: 'The smoke test buys in production, too, and nobody should be charged for it.',
    edits: {
      'smoke.js': [["email: 'smoke@shop.example' }", "email: 'smoke@shop.example', voucher: 'HOUSE' }"]],
    },
  },
  {
    date: '2026-11-13T11:08:00+01:00',
    author: priya,
    subject: 'docs: vouchers (#21)',
    edits: {
      'README.md': [
        ['`{"cart": "…", "email": "…"}`;', '`{"cart": "…", "email": "…", "voucher": "WELCOME10"}`;'],
      ],
    },
  },
];

/** What mends it, with the test that was missing. */
export const fixCommits = [
  {
    date: '2026-11-16T08:55:00+01:00',
    author: jonas,
    subject: 'fix(payments): book live payments that have no voucher (#23)',
    body: 'Every checkout in production without a voucher failed with 500.\n\nFixes #22',
    edits: {
      'src/payments.js': [
        [
          "[settings.merchant, order.voucher.code, order.id].join('-')",
          "[settings.merchant, order.voucher?.code, order.id].filter(Boolean).join('-')",
        ],
      ],
      'test/unit/payments.test.js': [
        [
          "status: 'pending' });\n  });\n",
          `status: 'pending' });
  });

  test('a live payment needs no voucher', () => {
    const settings = { payments: 'live', merchant: 'corner-shop' };
    assert.equal(authorise(settings, { ...order, voucher: null }).reference, 'corner-shop-7c1e');
  });
`,
        ],
      ],
    },
  },
];
