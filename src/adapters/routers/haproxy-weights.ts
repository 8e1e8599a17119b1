import type { Shares } from './shares.ts';

/** HAProxy's limit for the weight of a server; a whole number. */
const highest = 256;
/** How far, in relation to itself, a share may be from what was asked. */
const tolerance = 0.05;

/**
 * The weights that HAProxy shares traffic by. Whole percents stay as they are, so that people read the same number on both sides;
 * for others, such as 0.5 %, the smallest weights that come nearest.
 * @returns undefined where HAProxy has no weights for it, such as for 0.1 %
 */
export function haproxyWeights(shares: Shares): Shares | undefined {
  const slots = Object.entries(shares);
  if (slots.every(([, share]) => Number.isInteger(share))) return shares;
  let best: { readonly weights: Shares; readonly error: number } | undefined;
  for (let total = 1; total <= highest; total += 1) {
    const weights = Object.fromEntries(
      slots.map(([slot, share]) => [slot, share > 0 ? Math.max(1, Math.round((share * total) / 100)) : 0]),
    );
    const error = errorOf(shares, weights);
    if (!best || error < best.error - 1e-9) best = { weights, error };
  }
  return best && best.error <= tolerance ? best.weights : undefined;
}

function errorOf(shares: Shares, weights: Shares): number {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  const errors = Object.entries(shares).map(([slot, share]) =>
    share > 0 ? Math.abs(((weights[slot] ?? 0) / sum) * 100 - share) / share : 0,
  );
  return Math.max(...errors);
}
