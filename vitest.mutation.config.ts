import { defineConfig } from 'vitest/config';

/** What Stryker runs over and over: the tests of the domain alone, which need no server and no set-up. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 60_000,
  },
});
