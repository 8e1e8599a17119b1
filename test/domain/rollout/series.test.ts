import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../src/domain/metrics/reading.ts';
import type { Point, Series } from '../../../src/domain/rollout/series.ts';
import { addPoint, pointsKept, since, spaced } from '../../../src/domain/rollout/series.ts';

const value = (number: number): Reading => ({ kind: 'value', value: number });
const noData: Reading = { kind: 'no-data', reason: 'no requests' };
const error: Reading = { kind: 'error', reason: 'HTTP 500' };
const at = (...times: number[]): Point[] => times.map((time) => ({ at: time, canary: time, baseline: null }));
const timesOf = (points: readonly Point[] | undefined) => points?.map((point) => point.at);

/** A series of one rule with so many points, a second apart. */
function grown(count: number): readonly Point[] {
  let series: Series = {};
  for (let second = 1; second <= count; second += 1)
    series = addPoint(series, 'latency', second, value(second), undefined);
  return series['latency'] ?? [];
}

describe('what was measured, kept', () => {
  it.each<[string, Reading, Reading | undefined, Point]>([
    ['of both versions', value(2), value(1), { at: 7, canary: 2, baseline: 1 }],
    ['of the new one alone', value(2), undefined, { at: 7, canary: 2, baseline: null }],
    ['a zero is a value', value(0), value(0), { at: 7, canary: 0, baseline: 0 }],
    ['what is not there is none', noData, error, { at: 7, canary: null, baseline: null }],
  ])('%s', (_, canary, baseline, point) => {
    expect(addPoint({}, 'latency', 7, canary, baseline)).toEqual({ latency: [point] });
  });

  it('adds to the rule and leaves the others and the series before alone', () => {
    const before: Series = { latency: at(1), errors: at(2) };
    expect(addPoint(before, 'latency', 3, value(3), undefined)).toEqual({
      latency: at(1, 3),
      errors: at(2),
    });
    expect(before).toEqual({ latency: at(1), errors: at(2) });
  });

  it('keeps 120 points as they are; one more, and every other one of the older half goes', () => {
    expect(pointsKept).toBe(120);
    expect(timesOf(grown(120))).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    const thinned = timesOf(grown(121)) ?? [];
    expect(thinned.slice(0, 4)).toEqual([1, 3, 5, 7]);
    expect(thinned).toHaveLength(91);
    expect(thinned.slice(-61)).toEqual(Array.from({ length: 61 }, (_, index) => index + 61));
  });

  it('keeps the first and the newest ones, in order, however many there were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (count) => {
        const times = timesOf(grown(count)) ?? [];
        expect(times.length).toBe(count > pointsKept ? Math.min(times.length, pointsKept) : count);
        expect(times[0]).toBe(1);
        expect(times.slice(-Math.min(count, 60))).toEqual(
          Array.from({ length: Math.min(count, 60) }, (_, index) => count - Math.min(count, 60) + index + 1),
        );
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what has come since', () => {
  it.each<[string, Series | undefined, Series, Series]>([
    ['all of it where there was nothing', undefined, { latency: at(1, 2) }, { latency: at(1, 2) }],
    ['only later points', { latency: at(1, 2) }, { latency: at(1, 2, 3, 4) }, { latency: at(3, 4) }],
    ['nothing new', { latency: at(1, 2) }, { latency: at(1, 2) }, { latency: [] }],
    [
      'all of a new rule',
      { latency: at(5) },
      { latency: at(5), errors: at(3) },
      { latency: [], errors: at(3) },
    ],
    ['all of a rule that was empty', { latency: [] }, { latency: at(1) }, { latency: at(1) }],
    [
      'later points of what was thinned',
      { latency: at(1, 2, 3) },
      { latency: at(1, 3, 4) },
      { latency: at(4) },
    ],
  ])('%s', (_, before, series, expected) => {
    expect(since(before, series)).toEqual(expected);
  });
});

describe('values that are far enough apart', () => {
  const points: Point[] = [
    { at: 0, canary: 1, baseline: 10 },
    { at: 10, canary: 2, baseline: null },
    { at: 20, canary: null, baseline: 30 },
    { at: 30, canary: 4, baseline: 40 },
    { at: 35, canary: 5, baseline: 50 },
  ];
  it.each<['canary' | 'baseline', number, number[]]>([
    ['canary', 0, [5, 4, 2, 1]],
    ['canary', 5, [5, 4, 2, 1]],
    ['canary', 6, [5, 2, 1]],
    ['canary', 25, [5, 2]],
    ['canary', 26, [5, 1]],
    ['canary', 1_000, [5]],
    ['baseline', 5, [50, 40, 30, 10]],
    ['baseline', 15, [50, 30, 10]],
  ])('%s by %i ms, the newest first: %j', (of, apart, values) => {
    expect(spaced(points, of, apart)).toEqual(values);
  });

  it('of nothing are none', () => {
    expect(spaced([], 'canary', 5)).toEqual([]);
  });
});
