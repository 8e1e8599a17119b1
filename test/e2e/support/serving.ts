import { join } from 'node:path';
import { expect } from 'vitest';
import { environmentPaths, readEnvironment } from '../../../src/adapters/drivers/process/state.ts';
import { createRouterClient } from '../../../src/adapters/router/client.ts';

/** The one version that takes all traffic of a product's production: the router's table and the driver's own record say the same. */
export async function servingVersion(data: string, product: string): Promise<string> {
  const paths = environmentPaths(join(data, 'environments'), product, 'production');
  const { backends } = await createRouterClient(paths.router).table();
  const state = await readEnvironment(paths);
  const active = state?.active && state.slots[state.active];
  const taking = Object.values(backends).map(({ version, weight }) => ({ version, weight }));
  expect(taking, 'one version is left, with all the traffic').toEqual([
    { version: active?.version, weight: 100 },
  ]);
  return taking[0]?.version ?? '';
}
