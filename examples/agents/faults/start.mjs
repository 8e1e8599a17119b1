/** Faults that keep the shop from running: each is what a hurried commit might do. */
import { jonas, maya, priya, tomas } from '../../shop/history/authors.js';

export const startFaults = {
  'missing-import': {
    problem: 'the first request ends the service: a name is used that nobody imported',
    solvedBy: 'driver',
    author: maya,
    subject: 'refactor(http): sort the imports',
    edits: { 'src/app.js': [["import { checkHealth } from './health.js';\n", '']] },
  },
  'wrong-module': {
    problem: 'the service ends at once: an import points nowhere',
    solvedBy: 'driver',
    author: priya,
    subject: 'refactor(orders): shorter names of modules',
    edits: { 'src/app.js': [["from './orders.js'", "from './order.js'"]] },
  },
  'renamed-export': {
    problem: 'the service ends at once: a module does not export what is asked for',
    solvedBy: 'driver',
    author: priya,
    subject: 'refactor(orders): say that it is one order',
    edits: {
      'src/app.js': [
        ['import { checkout, readOrder }', 'import { checkout, readAnOrder }'],
        ['send(response, 200, readOrder(connection', 'send(response, 200, readAnOrder(connection'],
      ],
    },
  },
  'syntax-error': {
    problem: 'the service ends at once: a bracket was lost',
    solvedBy: 'driver',
    author: jonas,
    subject: 'fix(http): never let an answer be cached',
    edits: {
      'src/transport.js': [
        ["    'cache-control': 'no-store',\n  });", "    'cache-control': 'no-store',\n  };"],
      ],
    },
  },
  'demanded-variable': {
    problem: 'the service refuses to start without a variable that is documented with a default',
    solvedBy: 'driver',
    author: tomas,
    subject: 'feat(settings): say where to listen (#24)',
    edits: {
      'src/settings.js': [
        [
          '  return {\n    port: readPort(env.PORT),\n',
          "  if (!env.HOST) throw new Error('Set HOST to the address that the shop listens on.');\n  return {\n    port: readPort(env.PORT),\n",
        ],
        ["env.HOST ?? '127.0.0.1'", 'env.HOST'],
      ],
    },
  },
  'fixed-port': {
    problem: 'the service listens on a port of its own and ignores PORT',
    solvedBy: 'driver',
    author: jonas,
    subject: 'chore: listen where the documentation says',
    edits: {
      'src/service.js': [
        ['server.listen(settings.port, settings.host)', 'server.listen(48613, settings.host)'],
      ],
    },
  },
  'other-variable': {
    problem: 'the service listens on its default port: it reads another variable',
    solvedBy: 'driver',
    author: jonas,
    subject: 'chore(settings): names that say what they are',
    edits: {
      'src/settings.js': [
        ['readPort(env.PORT)', 'readPort(env.SHOP_PORT)'],
        ["readPort(text = '3000')", "readPort(text = '48614')"],
      ],
    },
  },
  'hangs-at-start': {
    problem: 'the service runs and says nothing: it waits for what it does only afterwards',
    solvedBy: 'driver',
    author: maya,
    subject: 'feat(log): say every minute that all is well (#25)',
    edits: {
      'src/service.js': [
        [
          "  server.listen(settings.port, settings.host);\n  await once(server, 'listening');\n",
          `  const pulse = setInterval(() => console.log('all is well'), 60_000);
  await once(server, 'listening');
  server.listen(settings.port, settings.host);
`,
        ],
        ['        clearTimeout(limit);\n', '        clearTimeout(limit);\n        clearInterval(pulse);\n'],
      ],
    },
  },
  'wrong-health-path': {
    problem: 'the health path answers 404: it was renamed',
    solvedBy: 'driver',
    author: tomas,
    subject: 'refactor(health): the name that others use',
    edits: { 'src/app.js': [["'GET /health':", "'GET /healthz':"]] },
  },
  'missing-package': {
    problem: 'the service ends at once: a new feature needs a package that nobody can install',
    solvedBy: 'nobody',
    author: tomas,
    subject: 'feat(payments): book live payments in the ledger (#26)',
    edits: {
      'src/payments.js': [
        ['/**\n * How an order', "import { book } from 'corner-ledger';\n\n/**\n * How an order"],
        [
          "reference: [settings.merchant, order.id].join('-')",
          "reference: book([settings.merchant, order.id].join('-'))",
        ],
      ],
      'test/unit/payments.test.js': [
        [
          "a live payment waits for settlement under the merchant's reference",
          'a live payment is booked in the ledger',
        ],
        ["reference: 'corner-shop-7c1e'", "reference: 'ledger:corner-shop-7c1e'"],
      ],
    },
  },
};
