import type { Reading } from '../metrics/reading.ts';

/** What was measured at one moment by one rule: the new version's value and that of the version before, where there was one. */
export interface Point {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly canary: number | null;
  readonly baseline: number | null;
}

/** By the name of the rule, oldest first. */
export type Series = Readonly<Record<string, readonly Point[]>>;

/** So many points a rule are kept of one step: enough for a picture and a comparison, little enough for a history. */
export const pointsKept = 120;

/** Adds a look; once there are too many, every other one of the older half is let go. */
export function addPoint(
  series: Series,
  rule: string,
  at: number,
  canary: Reading,
  baseline: Reading | undefined,
): Series {
  const points = [
    ...(series[rule] ?? []),
    { at, canary: numberOf(canary), baseline: baseline ? numberOf(baseline) : null },
  ];
  return { ...series, [rule]: points.length > pointsKept ? thinned(points) : points };
}

/** What has come since an earlier look at the same series. */
export function since(before: Series | undefined, series: Series): Series {
  return Object.fromEntries(
    Object.entries(series).map(([rule, points]) => {
      const last = before?.[rule]?.at(-1)?.at ?? -Infinity;
      return [rule, points.filter(({ at }) => at > last)];
    }),
  );
}

/** Values of one version that are at least so far apart (milliseconds), the newest first. */
export function spaced(points: readonly Point[], of: 'canary' | 'baseline', apart: number): number[] {
  const values: number[] = [];
  let next = Infinity;
  for (const point of points.toReversed()) {
    const value = point[of];
    if (value === null || next - point.at < apart) continue;
    values.push(value);
    next = point.at;
  }
  return values;
}

function thinned(points: readonly Point[]): Point[] {
  const half = Math.floor(points.length / 2);
  return points.filter((_, index) => index >= half || index % 2 === 0);
}

const numberOf = (reading: Reading): number | null => (reading.kind === 'value' ? reading.value : null);
