/** What a Mann-Whitney test says of two samples. */
export interface MannWhitney {
  /** Of the first sample: pairs in which its value is the larger one, ties counting one half. */
  readonly u: number;
  /** One-sided: how likely a first sample this large is, were both from the same distribution. */
  readonly p: number;
  /** Share of pairs in which the first sample's value is larger (0.5: no difference). */
  readonly effect: number;
}

/** Up to here the distribution of U is counted out; beyond it, and with ties, the normal approximation is used. */
const exactUpTo = 20;

/**
 * Whether `first` tends to be larger than `second` (Mann and Whitney, 1947): ranks only, so neither a distribution is assumed nor does
 * one outlier decide. Undefined where a sample is empty or holds something that is no number.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney | undefined {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0 || ![...first, ...second].every(Number.isFinite)) return undefined;
  const { rankSum, ties } = ranksOf(first, second);
  const u = rankSum - (n * (n + 1)) / 2;
  const p = ties === 0 && n <= exactUpTo && m <= exactUpTo ? exact(n, m, u) : approximate(n, m, u, ties);
  return { u, p, effect: u / (n * m) };
}

/** The sum of the first sample's ranks in the two taken together, and the correction for ties: Σ(t³ − t). */
function ranksOf(first: readonly number[], second: readonly number[]): { rankSum: number; ties: number } {
  const all = [
    ...first.map((value) => ({ value, mine: 1 })),
    ...second.map((value) => ({ value, mine: 0 })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const group = all.slice(from, to);
    // Equal values share the mean of the ranks that they take up.
    const rank = (from + 1 + to) / 2;
    rankSum += rank * group.reduce((sum, { mine }) => sum + mine, 0);
    ties += group.length ** 3 - group.length;
    from = to;
  }
  return { rankSum, ties };
}

/** P(U ≥ u), counted over all ways to choose which n of the n + m ranks belong to the first sample. */
function exact(n: number, m: number, u: number): number {
  // ways[k][s]: choices of k of the values so far with U = s.
  const ways = Array.from({ length: n + 1 }, () => new Array<number>(n * m + 1).fill(0));
  (ways[0] as number[])[0] = 1;
  for (let seen = 0; seen < n + m; seen += 1) {
    for (let chosen = Math.min(seen + 1, n); chosen >= 1; chosen -= 1) {
      // The value of this rank is larger than those before it that were not chosen.
      const beaten = seen - (chosen - 1);
      if (beaten > m) continue;
      const [to, from] = [ways[chosen] as number[], ways[chosen - 1] as number[]];
      for (let s = n * m; s >= beaten; s -= 1) to[s] = (to[s] ?? 0) + (from[s - beaten] ?? 0);
    }
  }
  const counts = ways[n] as number[];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(Math.ceil(u)).reduce((sum, count) => sum + count, 0) / total;
}

function approximate(n: number, m: number, u: number, ties: number): number {
  const size = n + m;
  const variance = ((n * m) / 12) * (size + 1 - ties / (size * (size - 1)));
  // All values are equal: nothing speaks for a difference.
  if (!(variance > 0)) return 1;
  // With the correction for continuity.
  return upperTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** P(Z ≥ z) of the standard normal distribution; the error is below 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const polynomial =
    t *
    (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  return (polynomial * Math.exp(-x * x)) / 2;
}
