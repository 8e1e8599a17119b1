import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { createProcessDriver, stopAll } from '../../../src/adapters/drivers/index.ts';
import { freePort } from '../router/support.ts';
import type { Version } from './support.ts';
import { createProduct, driverOptions, environmentOf, requestOf, runningVersions, start } from './support.ts';

/** Has something done after the test that asks for it; what was asked for last is done first. */
export type AfterTest = (cleanUp: () => unknown) => void;

/** For a whole file of tests, at its top. */
export function cleaningUp(): AfterTest {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  return (cleanUp) => void cleanUps.push(cleanUp);
}

/** A directory that goes with the test. */
export async function scratch(afterTest: AfterTest): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-driver-'));
  afterTest(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A product, an environment where its versions are processes, and the driver; nothing of it may run when it is stopped. */
export async function processSubject(afterTest: AfterTest, section: Record<string, unknown> = {}) {
  const directory = await scratch(afterTest);
  const options = driverOptions(directory);
  afterTest(async () => {
    await stopAll(options.directory);
    expect(runningVersions(directory)).toEqual([]);
  });
  const product = createProduct(directory);
  const port = await freePort();
  const environment = environmentOf({ process: { start, port, ...section } });
  return {
    directory,
    options,
    product,
    port,
    environment,
    driver: createProcessDriver(options),
    request: (wanted: Version) => requestOf(product, environment, wanted),
  };
}
