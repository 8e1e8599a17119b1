import type { Stop, Stopped } from './stops.ts';

/** The stops of one product, by round; at the last one of each round the worker is killed. */
export type Rounds = readonly (readonly Stop[])[];

/** A product with its run and its users, on its way from stop to stop. */
export interface Held extends Stopped {
  /** Where it is held now. */
  at?: Stop;
}

export interface Rounded {
  readonly held: Held;
  readonly rounds: Rounds;
}

/** Goes on to the next stops, one after the other: the next place is held before the last one is let go. */
async function goThrough({ held, rounds }: Rounded, stops: readonly Stop[]): Promise<void> {
  for (const stop of stops) {
    // The first one was held before the run was started.
    if (stop !== rounds[0]?.[0]) await stop.hold?.(held);
    await held.at?.letGo?.(held);
    await stop.reached(held);
    held.at = stop;
  }
}

/**
 * In each round all products go to their stops, those that hold only for seconds last; then `restart` kills the worker and starts another.
 * @returns how many requests were answered by product and round while no worker was there
 */
export async function killInRounds(
  products: ReadonlyMap<string, Rounded>,
  restart: () => Promise<void>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const all = [...products.values()];
  const alone = new Map([...products.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < Math.max(...all.map(({ rounds }) => rounds.length)); round += 1) {
    const go = (late: 0 | 1 | 2) =>
      Promise.all(
        all.map((each) =>
          goThrough(
            each,
            (each.rounds[round] ?? []).filter((stop) => (stop.late ?? 0) === late),
          ),
        ),
      );
    await go(0);
    await go(1);
    await go(2);
    const served = new Map([...products].map(([name, { held }]) => [name, held.load.served()]));
    await restart();
    for (const [name, { held }] of products)
      alone.get(name)?.push(held.load.served() - (served.get(name) ?? 0));
  }
  return alone;
}
