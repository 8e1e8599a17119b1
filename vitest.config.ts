import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Files that need a Temporal server, or start one, outside of the folders whose files do. */
const starters = [
  'test/adapters/temporal-server/dev-server.test.ts',
  'test/adapters/temporal-server/probe.test.ts',
  'test/docs/adding-a-flow.test.ts',
];
const pure = ['test/domain/**/*.test.ts', 'test/client/render/**/*.test.ts'];
const flows = ['workflows', 'replay', 'client', 'workers', 'support'].map(
  (room) => `test/${room}/**/*.test.ts`,
);
const ends = 'test/e2e/**/*.test.ts';
const attacks = 'test/attacks/**/*.test.ts';
const fleet = 'test/fleet/**';

const bundle = 'test/support/bundle-setup.ts';
const server = 'test/support/global-setup.ts';

/**
 * `domain` and `units` need no Temporal; the files of `flows` share one server, and those of `e2e` start their own. Files of
 * all but `e2e` follow one another in the same process.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: Number(process.env['SLUICE_TEST_WORKERS'] ?? 2),
    testTimeout: 60_000,
    hookTimeout: 300_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'domain', include: pure, pool: 'threads', isolate: false } },
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...flows, ...starters, ends, attacks, fleet],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'flows',
          include: [...flows, ...starters],
          exclude: pure,
          isolate: false,
          globalSetup: [bundle, server],
        },
      },
      {
        extends: true,
        test: { name: 'e2e', include: [ends], globalSetup: [bundle] },
      },
      {
        extends: true,
        // Each in a process of its own: what is logged there is looked at.
        test: { name: 'attacks', include: [attacks], globalSetup: [bundle, server] },
      },
    ],
  },
});
