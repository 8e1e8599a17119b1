import { createRouterClient } from '../../router/client.ts';
import type { RouterClient } from '../../router/client.ts';
import type { RouterTable } from '../../router/table.ts';
import type { EnvironmentPaths, EnvironmentState, SlotName } from './state.ts';
import { slotNames } from './state.ts';

/** The router of an environment; starts it where it doesn't run. */
export async function routerOf(
  paths: EnvironmentPaths,
  port: number,
  signal?: AbortSignal,
): Promise<RouterClient> {
  const router = createRouterClient(paths.router);
  await router.ensureRunning({ port, ...(signal ? { signal } : {}) });
  return router;
}

/** All traffic to one slot, or to none; the others stay known and warm. The router's answer is read back. */
export async function sendTraffic(
  router: RouterClient,
  state: EnvironmentState,
  to: SlotName | undefined,
): Promise<void> {
  const backends: RouterTable['backends'] = {};
  for (const name of slotNames) {
    const slot = state.slots[name];
    if (slot?.phase !== 'running' || slot.address === undefined) continue;
    backends[name] = { version: slot.version, address: slot.address, weight: name === to ? 1 : 0 };
  }
  await router.setTable({ backends });
}
