import { defineConfig } from 'vitest/config';

/** The whole sweep: a worker is killed at every place of every step, and attacked a thousand times in each way. Minutes, before a release; `npm test` kills once at each step. */
export default defineConfig({
  test: {
    include: ['test/e2e/killed-*.test.ts', 'test/e2e/bad-versions.test.ts', 'test/attacks/**/*.test.ts'],
    globalSetup: ['test/support/bundle-setup.ts', 'test/support/global-setup.ts'],
    env: { SLUICE_SWEEP: '1' },
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 900_000,
  },
});
