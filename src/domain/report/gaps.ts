import type { Point } from '../rollout/series.ts';
import type { Gap } from './model.ts';

/** Where there is nothing to see of the new version: a line must not be drawn through it. */
export function gapsOf(points: readonly Point[]): readonly Gap[] {
  return [...withoutData(points), ...notWatched(points)].sort((a, b) => a.from - b.from);
}

function withoutData(points: readonly Point[]): Gap[] {
  const gaps: Gap[] = [];
  for (const [index, { at, canary }] of points.entries()) {
    if (canary !== null) continue;
    const to = points[index + 1]?.at ?? at;
    const last = gaps.at(-1);
    if (last && last.to >= at) gaps[gaps.length - 1] = { ...last, to };
    else gaps.push({ from: points[index - 1]?.at ?? at, to, why: 'no-data' });
  }
  return gaps;
}

/**
 * Looks come at a steady pace, and the older ones of a step are thinned, which at most doubles the time between two neighbours. Where
 * it is many times that of both sides, nobody watched: the worker was away.
 */
const manyTimes = 5;

function notWatched(points: readonly Point[]): Gap[] {
  const between = points.slice(1).map(({ at }, index) => ({ from: points[index]?.at ?? at, to: at }));
  const length = (index: number): number => {
    const span = between[index];
    return span ? span.to - span.from : 0;
  };
  return between.flatMap((span, index): Gap[] => {
    const usual = Math.max(length(index - 1), length(index + 1));
    return usual > 0 && length(index) > manyTimes * usual ? [{ ...span, why: 'not-watched' }] : [];
  });
}
