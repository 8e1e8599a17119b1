/** One line of the table: a bar of docs/benchmarks.md and what was measured against it. */
export interface Measure {
  /** The row of the table in docs/benchmarks.md. */
  readonly row: number;
  readonly what: string;
  readonly bar: string;
  readonly measured: string;
  readonly ok: boolean;
  /** The numbers that it was made from, for people. */
  readonly from: string;
}

export interface Sizes {
  readonly quick: boolean;
}

/** Epoch milliseconds with fractions, comparable between processes of one machine. */
export const now = (): number => performance.timeOrigin + performance.now();

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A measure that is a ratio: `ours` may be at most `factor` times `theirs`. */
export function ratio(
  row: number,
  what: string,
  factor: number,
  ours: number,
  theirs: number,
  from: string,
): Measure {
  const measured = ours / theirs;
  return {
    row,
    what,
    bar: `≤ ${factor} ×`,
    measured: `${measured.toFixed(2)} ×`,
    ok: measured <= factor,
    from,
  };
}

export const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

/** Does the work for all items, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Asks again and again until the answer is yes. */
export async function until(
  what: string,
  patience: number,
  look: () => boolean | Promise<boolean>,
  every = 2,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patience / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
