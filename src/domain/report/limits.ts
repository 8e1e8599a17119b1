import type { Point } from '../rollout/series.ts';
import type { Limit } from './model.ts';
import { tell, type ChartRule } from './rule.ts';

/** The limits of a rule as lines. One that is relative to the version before moves with it. */
export function limitsOf(rule: ChartRule, points: readonly Point[]): readonly Limit[] {
  const { max, min, maxIncrease, maxRatio } = rule;
  const before = lastKnown(points);
  const flat = (value: number): Limit['points'] => points.map(({ at }) => ({ at, value }));
  const moving = (of: (baseline: number) => number | null): Limit['points'] =>
    before.map(({ at, value }) => ({ at, value: value === null ? null : of(value) }));
  return [
    ...(max === undefined
      ? []
      : [{ label: `at most ${tell(rule, max)}`, breach: 'above' as const, points: flat(max) }]),
    ...(min === undefined
      ? []
      : [{ label: `at least ${tell(rule, min)}`, breach: 'below' as const, points: flat(min) }]),
    ...(maxIncrease === undefined
      ? []
      : [
          {
            label: `version before + ${tell(rule, maxIncrease)}`,
            breach: 'above' as const,
            points: moving((baseline) => baseline + maxIncrease),
          },
        ]),
    ...(maxRatio === undefined
      ? []
      : [
          {
            label: `${maxRatio} × version before`,
            breach: 'above' as const,
            // Nothing can be a multiple of nothing.
            points: moving((baseline) =>
              baseline > 0 ? Math.max(baseline * maxRatio, floorOf(rule)) : null,
            ),
          },
        ]),
  ];
}

/** A latency below this is never slow, however fast the version before is: as the rule itself judges. */
const floorOf = ({ measure }: ChartRule): number =>
  measure === 'p50' || measure === 'p95' || measure === 'p99' ? 50 : 0;

/** The looks that were beyond a limit, which moves along with them. */
export function breachesOf(
  points: readonly Point[],
  limits: readonly Limit[],
): readonly { readonly at: number; readonly value: number }[] {
  return points.flatMap(({ at, canary }, index) => {
    if (canary === null) return [];
    const beyond = limits.some(({ breach, points: line }) => {
      const limit = line[index]?.value ?? null;
      return limit !== null && (breach === 'above' ? canary > limit : canary < limit);
    });
    return beyond ? [{ at, value: canary }] : [];
  });
}

/** Where the version before takes no traffic any more, what it measured last stands for it. */
function lastKnown(points: readonly Point[]): { at: number; value: number | null }[] {
  let last: number | null = null;
  return points.map(({ at, baseline }) => {
    last = baseline ?? last;
    return { at, value: last };
  });
}
