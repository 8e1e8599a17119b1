import { z } from 'zod';

/**
 * Where the router sends requests: slot → what runs there and its share of the traffic.
 * Weights are relative (90 and 10 are the same as 0.9 and 0.1); 0 takes no traffic and stays warm.
 */
export const routerTableSchema = z.strictObject({
  backends: z.record(
    z.string().min(1).max(64),
    z.strictObject({
      version: z.string().min(1),
      /** Such as `http://127.0.0.1:41233`. */
      address: z.url({ protocol: /^http$/ }),
      weight: z.number().min(0).max(1_000_000),
    }),
  ),
});

export type RouterTable = z.output<typeof routerTableSchema>;
export type Backend = RouterTable['backends'][string];

/** A backend with the slot it is in. */
export interface Choice extends Backend {
  readonly slot: string;
}

export const emptyTable: RouterTable = { backends: {} };

/**
 * Picks a backend by weight.
 * @param random in [0, 1)
 * @param except slots that were tried already for this request
 * @returns undefined where no backend has weight
 */
export function chooseBackend(
  table: RouterTable,
  random: number,
  except: ReadonlySet<string> = new Set(),
): Choice | undefined {
  const choices = Object.entries(table.backends)
    .filter(([slot, backend]) => backend.weight > 0 && !except.has(slot))
    .map(([slot, backend]) => ({ slot, ...backend }));
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random * total;
  for (const choice of choices) {
    rest -= choice.weight;
    if (rest < 0) return choice;
  }
  // Rounding may leave a hair above zero after the last one.
  return choices.at(-1);
}

/** Whether two tables send the same traffic to the same places. */
export function sameTable(a: RouterTable, b: RouterTable): boolean {
  const slots = Object.keys(a.backends);
  return (
    slots.length === Object.keys(b.backends).length &&
    slots.every((slot) => {
      const [x, y] = [a.backends[slot], b.backends[slot]];
      return x && y && x.version === y.version && x.address === y.address && x.weight === y.weight;
    })
  );
}
