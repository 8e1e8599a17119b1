import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, stopsOf } from '../../../src/domain/report/squeeze.ts';

describe('where moments are drawn', () => {
  it('is a straight line without a quiet time', () => {
    const stops = stopsOf({ from: 0, to: 100 }, []);
    expect([0, 25, 100].map((at) => placeOf(stops, at))).toEqual([0, 0.25, 1]);
  });

  it('gives a quiet time little room, and all others the same scale', () => {
    const stops = stopsOf({ from: 0, to: 1_000 }, [{ from: 10, to: 990 }]);
    const [a = 0, b = 0, c = 0] = [10, 990, 1_000].map((at) => placeOf(stops, at));
    expect(b - a).toBeCloseTo(0.07);
    expect(c - b).toBeCloseTo(a);
    expect(c).toBeCloseTo(1);
  });

  it('keeps the order of moments, within the picture', () => {
    const span = fc
      .tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000))
      .map((all) => all.sort((x, y) => x - y));
    fc.assert(
      fc.property(span, fc.nat(1_000), fc.nat(1_000), ([from = 0, middle = 0, to = 0], x, y) => {
        const stops = stopsOf({ from, to }, middle > from ? [{ from, to: middle }] : []);
        const [a, b] = [Math.min(x, y), Math.max(x, y)].map((at) => placeOf(stops, at));
        expect(a).toBeLessThanOrEqual((b ?? 0) + 1e-9);
        expect(a).toBeGreaterThanOrEqual(0);
        expect(b).toBeLessThanOrEqual(1);
      }),
    );
  });
});
