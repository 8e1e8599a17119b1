import { formatDuration } from '../../../domain/text/time.ts';
import type { RouterClient } from '../../router/client.ts';
import { isTaken } from '../../processes/ports.ts';
import { findLeader, leftOf, stopInstance } from './processes.ts';
import { readEnvironment, slotNames, writeEnvironment } from './state.ts';
import type { EnvironmentPaths, EnvironmentState, Slot, SlotName } from './state.ts';

/** What is recorded of an environment, changed step by step while its lock is held. Every change is durable at once. */
export interface Environment {
  readonly paths: EnvironmentPaths;
  state(): EnvironmentState;
  setSlot(name: SlotName, slot: Slot | undefined): Promise<void>;
  /** All traffic is its. */
  setActive(name: SlotName | undefined): Promise<void>;
  /** Two versions share the traffic; undefined: the active one has it all. */
  setShares(shares: EnvironmentState['shares']): Promise<void>;
  setPort(port: number): Promise<void>;
  /** The slot that runs exactly this commit as this version. */
  running(version: { version: string; commit: string }): SlotName | undefined;
  /** Drains the slot, stops all of its processes and says so in its record. Returns what was done; undefined where nothing ran. */
  stopSlot(
    name: SlotName,
    drain: number,
    router: RouterClient | undefined,
    beat?: () => void,
  ): Promise<string | undefined>;
}

/** How long a version has between the request to end and its end by force. */
export const stopGrace = 10_000;

export async function openEnvironment(
  paths: EnvironmentPaths,
  fresh: Pick<EnvironmentState, 'product' | 'environment' | 'port'>,
): Promise<Environment> {
  let state = (await readEnvironment(paths)) ?? { ...fresh, slots: {} };
  const change = async (next: EnvironmentState) => {
    state = next;
    await writeEnvironment(paths, state);
  };
  return {
    paths,
    state: () => state,
    setSlot: (name, slot) => change({ ...state, slots: { ...state.slots, [name]: slot } }),
    setActive: (active) => change({ ...state, active, shares: undefined }),
    setShares: async (shares) => {
      if (shares ?? state.shares) await change({ ...state, shares });
    },
    setPort: async (port) => {
      if (port !== state.port) await change({ ...state, port });
    },
    running: ({ version, commit }) =>
      slotNames.find((name) => {
        const slot = state.slots[name];
        return (
          slot?.version === version &&
          slot.commit === commit &&
          slot.phase === 'running' &&
          findLeader(slot) !== undefined
        );
      }),
    async stopSlot(name, drain, router, beat = () => undefined) {
      const slot = state.slots[name];
      if (!slot) return undefined;
      // Also of a start that failed: what it left behind may have begun to listen since.
      const ran = leftOf(slot).length > 0;
      if (!ran && slot.phase === 'stopped') return undefined;
      const drained = router ? await drainSlot(router, name, drain, beat) : 0;
      await stopInstance(slot, stopGrace, beat);
      await change({ ...state, slots: { ...state.slots, [name]: { ...slot, phase: 'stopped' } } });
      if (!ran) return undefined;
      const open = drained > 0 ? ` with ${drained} open requests after ${formatDuration(drain)}` : '';
      // Not in the way of anybody, for every start gets a port of its own; but only people can tell whose it is.
      const kept = (await isTaken(slot.port))
        ? `; something that it may have left behind still listens on its port ${slot.port}`
        : '';
      return `${slot.version} stopped${open}${kept}`;
    },
  };
}

/** In short waits, so that the caller is heard to live. Returns how many requests are still open. */
async function drainSlot(
  router: RouterClient,
  name: SlotName,
  within: number,
  beat: () => void,
): Promise<number> {
  const deadline = Date.now() + within;
  for (;;) {
    beat();
    const { drained, inFlight } = await router.drain(
      name,
      Math.max(0, Math.min(1_000, deadline - Date.now())),
    );
    if (drained) return 0;
    if (Date.now() >= deadline) return inFlight;
  }
}
