import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannWhitney } from '../../../src/domain/rollout/mann-whitney.ts';

/** Every choice of n ranks of n + m, counted one by one. */
function bruteForce(n: number, m: number, u: number): number {
  let total = 0;
  let large = 0;
  const walk = (from: number, chosen: number[]): void => {
    if (chosen.length === n) {
      const score = chosen.reduce((sum, rank) => sum + rank, 0) - (n * (n + 1)) / 2;
      total += 1;
      if (score >= u) large += 1;
      return;
    }
    for (let rank = from; rank <= n + m; rank += 1) walk(rank + 1, [...chosen, rank]);
  };
  walk(1, []);
  return large / total;
}

/** So many whole steps upwards. */
const range = (count: number, from: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

describe('the Mann-Whitney test', () => {
  // One-sided critical values at 5 %: U ≥ nm − table value (Milton 1964; the tables of textbooks).
  it.each([
    [5, 5, 4],
    [6, 6, 7],
    [7, 7, 11],
    [8, 8, 15],
    [10, 10, 27],
    [12, 12, 42],
    [15, 15, 72],
    [20, 20, 138],
  ])('agrees with the published critical value for %i and %i: %i', (n, m, critical) => {
    const at = (u: number): number => {
      // Samples whose U is exactly nm − u: ranks moved one by one from the top.
      const first = Array.from({ length: n }, (_, index) => m + index + 1);
      let rest = u;
      for (let index = 0; index < n && rest > 0; index += 1) {
        const move = Math.min(rest, m);
        first[index] = (first[index] ?? 0) - move;
        rest -= move;
      }
      const taken = new Set(first);
      const second = Array.from({ length: n + m }, (_, index) => index + 1).filter(
        (rank) => !taken.has(rank),
      );
      const result = mannWhitney(first, second);
      expect(result?.u).toBe(n * m - u);
      return result?.p ?? 1;
    };
    expect(at(critical)).toBeLessThanOrEqual(0.05);
    expect(at(critical + 1)).toBeGreaterThan(0.05);
  });

  it('counts what can be counted one by one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 10 }),
        fc.nat(),
        (values, cut) => {
          const n = 1 + (cut % (values.length - 1));
          const [first, second] = [values.slice(0, n), values.slice(n)];
          const result = mannWhitney(first, second);
          expect(result?.p).toBeCloseTo(bruteForce(first.length, second.length, result?.u ?? -1), 10);
        },
      ),
    );
  });

  it('sees no difference between equal samples, and one in the right direction', () => {
    const low = Array.from({ length: 30 }, (_, index) => 100 + (index % 7));
    const high = low.map((value) => value + 50);
    expect(mannWhitney(low, low)?.p).toBeGreaterThan(0.4);
    expect(mannWhitney(high, low)).toMatchObject({ effect: 1 });
    expect(mannWhitney(high, low)?.p).toBeLessThan(0.000_001);
    expect(mannWhitney(low, high)?.p).toBeGreaterThan(0.999_99);
    expect(mannWhitney([5, 5, 5], [5, 5, 5])?.p).toBe(1);
  });

  // With ties, or more than twenty values, by the normal approximation with correction for ties and continuity; the figures are those
  // of a direct evaluation of the formula with the error function to fifteen digits.
  it.each<[string, number[], number[], number, number]>([
    ['a few ties', [3, 4, 4, 6, 7], [1, 2, 2, 4, 5], 20, 0.068781947],
    ['many ties', [2, 2, 3, 3, 3, 3], [1, 2, 2, 2, 2, 3], 28, 0.045260622],
    ['the other way round', [1, 2, 2, 4, 5], [3, 4, 4, 6, 7], 5, 0.955156989],
    ['twenty-one values against twenty', range(21, 10.5), range(20, 1), 365, 0.000027927],
    ['twenty values against twenty-one', range(20, 10.5), range(21, 1), 354, 0.000091001],
  ])('approximates %s', (_, first, second, u, p) => {
    const result = mannWhitney(first, second);
    expect(result?.u).toBe(u);
    expect(result?.p).toBeCloseTo(p, 6);
    expect(result?.effect).toBeCloseTo(u / (first.length * second.length), 12);
  });

  it('says nothing where nothing was measured', () => {
    expect(mannWhitney([], [1])).toBeUndefined();
    expect(mannWhitney([1], [])).toBeUndefined();
    expect(mannWhitney([Number.NaN], [1])).toBeUndefined();
    expect(mannWhitney([Infinity], [1])).toBeUndefined();
  });

  it('U of both samples together is the number of pairs', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const [one, other] = [mannWhitney(first, second), mannWhitney(second, first)];
        expect((one?.u ?? 0) + (other?.u ?? 0)).toBe(first.length * second.length);
        expect(one?.p).toBeGreaterThanOrEqual(0);
        expect(one?.p).toBeLessThanOrEqual(1);
      }),
    );
  });
});
