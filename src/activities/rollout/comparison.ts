import type { MetricRule } from '../../domain/config/metrics-schema.ts';
import type { Independent } from '../../domain/metrics/judge-rule.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import type { Point, Series } from '../../domain/rollout/series.ts';
import { spaced } from '../../domain/rollout/series.ts';

/** The values of this step before the newest look. */
export function earlier(series: Series, rule: MetricRule, of: 'canary' | 'baseline'): Reading[] {
  const points = (series[rule.name] ?? []).slice(0, -1);
  return points.flatMap((point) => {
    const value = point[of];
    return value === null ? [] : [{ kind: 'value' as const, value }];
  });
}

/** Values of the version before that are remembered over steps. */
export const remembered = 60;

/** Of the same times; once the version before takes no traffic any more, its last known values stand for it. */
export function baselineOf(
  rule: MetricRule,
  series: Series,
  now: Reading | undefined,
  lastKnown: readonly number[],
): Reading[] {
  const before = earlier(series, rule, 'baseline');
  if (now?.kind === 'value') return [...before, now];
  if (before.length > 0 || lastKnown.length === 0) return now ? [...before, now] : before;
  return lastKnown.map((value) => ({ kind: 'value', value }));
}

/** Values whose windows have nothing in common, and how often as much was looked at afresh at this step. */
export function independentOf(
  { over }: MetricRule,
  seen: {
    readonly points: readonly Point[];
    readonly lastKnown: readonly number[];
    readonly seen: number;
    readonly every: number;
  },
): Independent {
  const { points, lastKnown, every } = seen;
  const baseline = spaced(points, 'baseline', over);
  const stride = Math.max(1, Math.ceil(over / every));
  return {
    canary: spaced(points, 'canary', over),
    baseline:
      baseline.length > 0 ? baseline : lastKnown.toReversed().filter((_, index) => index % stride === 0),
    tests: Math.max(1, Math.floor(seen.seen * Math.min(1, every / over))),
  };
}
