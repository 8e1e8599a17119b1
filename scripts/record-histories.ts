import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';

/**
 * Records histories of all scenarios (test/replay/support/scenarios.ts) for the version in package.json, into
 * test/replay/histories/<major.minor>/. What is there already is never written again: a history shows what runs in the
 * world really look like, not what the code would do today.
 */
const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const vitest = await startVitest('test', [], {
  root,
  // None of the projects of the tests: one file, and what they have before they begin.
  config: false,
  include: ['test/replay/recorder.ts'],
  globalSetup: ['test/support/bundle-setup.ts', 'test/support/global-setup.ts'],
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 300_000,
  provide: { historiesOf: version.split('.').slice(0, 2).join('.') },
  watch: false,
});
await vitest.close();
