import { TrafficRouterProblem } from '../../activities/ports/index.ts';

/** Percent of the traffic by slot. */
export type Shares = Readonly<Record<string, number>>;

/** Percentage points that a router's own rounding may cost. */
const rounding = 0.5;

/** Shares that can be asked for: none below 0, together 100, or all of them 0 where nothing may take traffic. */
export function checkShares(shares: Shares): void {
  const values = Object.values(shares);
  const total = values.reduce((sum, value) => sum + value, 0);
  if (values.some((value) => !(value >= 0)) || (total !== 0 && Math.abs(total - 100) > 1e-6))
    throw new TrafficRouterProblem(
      `${inWords(shares)} is no way to share traffic: shares are 0 or more and together 100 %`,
    );
}

/** Whether two shares are the same but for rounding. A slot that is not named has none; none and a little are never the same. */
export function sameShares(wanted: Shares, found: Shares): boolean {
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].every((slot) => {
    const [a, b] = [wanted[slot] ?? 0, found[slot] ?? 0];
    return a > 0 === b > 0 && Math.abs(a - b) <= rounding;
  });
}

/** Such as `blue 90 %, green 10 %`. */
export function inWords(shares: Shares): string {
  const words = Object.entries(shares).map(
    ([slot, share]) => `${slot} ${Number.isInteger(share) ? share : Number(share.toFixed(2))} %`,
  );
  return words.join(', ') || 'nothing';
}
