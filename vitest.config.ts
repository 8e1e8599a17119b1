import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fleet/**', 'node_modules/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // Temporal's time-skipping test server sometimes stops its clock for good (CONTRIBUTING.md): where nobody looks, once more.
    retry: process.env['CI'] ? 1 : 0,
    hookTimeout: 300_000,
  },
});
