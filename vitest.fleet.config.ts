import { defineConfig } from 'vitest/config';

/** The fleet's topology as processes: PostgreSQL, Temporal's server, workers. Too slow for every run of the tests. */
export default defineConfig({
  test: {
    include: ['test/fleet/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
});
