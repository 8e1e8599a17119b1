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

/** Percent of the traffic by slot; a slot that is not named gets none and stays known and warm. */
export type Shares = Readonly<Partial<Record<SlotName, number>>>;

/** All traffic to one slot, or to none. */
export async function sendTraffic(
  router: RouterClient,
  state: EnvironmentState,
  to: SlotName | undefined,
): Promise<void> {
  await shareTraffic(router, state, to === undefined ? {} : { [to]: 100 });
}

/** Shares the traffic among slots that run. The router's answer is read back. */
export async function shareTraffic(
  router: RouterClient,
  state: EnvironmentState,
  shares: Shares,
): Promise<void> {
  const backends: RouterTable['backends'] = {};
  for (const name of slotNames) {
    const slot = state.slots[name];
    if (slot?.phase !== 'running' || slot.address === undefined) continue;
    backends[name] = { version: slot.version, address: slot.address, weight: shares[name] ?? 0 };
  }
  await router.setTable({ backends });
}
