/** Commits for reviewers: the service runs and its tests pass, and yet three of the five should not go out. */
import { jonas, maya, priya, tomas } from '../../shop/history/authors.js';

const requirements = `# Requirements

| id  | the shop                                    |
| --- | ------------------------------------------- |
| R-1 | sells a basket once, however often it is clicked |
| R-2 | never sells more than there is              |
| R-3 | leaves live payments to the settlement job  |
`;

export const reviewFaults = {
  // Good: what the others are compared with, and what the requirements are read from.
  requirements: {
    problem: 'none: the requirements, and tests that name them',
    solvedBy: 'driver',
    author: maya,
    subject: 'docs: requirements, and the tests that prove them (#30)',
    add: { 'docs/requirements.md': requirements },
    edits: {
      'test/unit/orders.test.js': [
        ["test('sells a basket once'", "test('[R-1] sells a basket once'"],
        ["test('never sells more than", "test('[R-2] never sells more than"],
      ],
      'test/unit/payments.test.js': [
        ['test("a live payment waits for', 'test("[R-3] a live payment waits for'],
      ],
    },
  },
  careless: {
    problem: 'a test was removed, another is skipped, and work was left for later',
    solvedBy: 'driver',
    author: jonas,
    subject: 'feat(products): sold-out products last (#31)',
    edits: {
      'src/products.js': [
        ['ORDER BY name', 'ORDER BY stock = 0, name'],
        [
          '/** Everything that is sold, by name. */',
          '/** Everything that is sold, by name. TODO: in the shop window as well. */',
        ],
      ],
      'test/unit/orders.test.js': [
        [
          `  test('holds at most 99 of one product', () => {
    const { id } = addToCart(database, { product: 'assam', quantity: 60 });
    assert.equal(addToCart(database, { cart: id, product: 'assam', quantity: 60 }).items[0].quantity, 99);
  });

`,
          '',
        ],
      ],
      'test/unit/payments.test.js': [["test('a test payment is", "test.skip('a test payment is"]],
    },
  },
  insecure: {
    problem: 'a door for strangers: a secret in the code, a shell and SQL that are fed from outside',
    solvedBy: 'nobody',
    author: tomas,
    subject: 'feat(office): look things up and back them up from outside (#32)',
    add: {
      'src/office.js': `import { execSync } from 'node:child_process';

const officeToken = 'harbour-in-winter-1862';

/** For the people in the office. */
export function look(database, { query, token }) {
  if (token !== officeToken) return [];
  return database.prepare("SELECT * FROM orders WHERE email = '" + query.email + "'").all();
}

export function keep({ query }) {
  return execSync(\`cp shop.sqlite \${query.name}\`);
}

export const compute = ({ query }) => eval(query.formula);
`,
    },
    edits: {},
  },
  'unmet-requirement': {
    problem: 'a requirement that nothing was done for',
    solvedBy: 'nobody',
    author: priya,
    subject: 'docs: refunds (#33)',
    add: { 'docs/requirements.md': `${requirements}| R-4 | refunds an order within a day              |\n` },
    edits: {},
  },
};
