import type { LedgerLine } from '../records/records.ts';
import type { Point } from '../rollout/series.ts';
import { gapsOf } from './gaps.ts';
import { breachesOf, limitsOf } from './limits.ts';
import type { ChartRow, MetricChart, WeightSpan } from './model.ts';
import { dataOf, listOf, numberOf } from './read.ts';
import { readRule, unitOf, unknownRule, type ChartRule } from './rule.ts';

/** A picture for each rule that judged the rollout, from what was measured at all its steps. */
export function chartsOf(
  lines: readonly LedgerLine[],
  weights: readonly WeightSpan[],
): readonly MetricChart[] {
  const measured = pointsByRule(lines);
  const known = lines
    .filter(({ kind }) => kind === 'rollout')
    .flatMap(({ data }) => listOf(data['rules']))
    .flatMap((value) => readRule(value) ?? []);
  const names = new Set([...known.map(({ name }) => name), ...measured.keys()]);
  return [...names].map((name) => {
    const rule = known.findLast((each) => each.name === name) ?? unknownRule(name);
    return chartOf(rule, measured.get(name) ?? [], weights);
  });
}

function chartOf(rule: ChartRule, points: readonly Point[], weights: readonly WeightSpan[]): MetricChart {
  const limits = limitsOf(rule, points);
  const breaches = breachesOf(points, limits);
  return {
    rule: rule.name,
    measured: rule.measured,
    dryRun: rule.dryRun,
    unit: unitOf(rule),
    points,
    limits,
    breaches,
    gaps: gapsOf(points),
    rows: weights.map((span) => rowOf(span, points, breaches)),
    notes: rule.comparison ? [rule.comparison] : [],
  };
}

function rowOf(
  { weight, from, to }: WeightSpan,
  points: readonly Point[],
  breaches: MetricChart['breaches'],
): ChartRow {
  const within = points.filter(({ at }) => at >= from && at <= to);
  const values = within.flatMap(({ canary }) => canary ?? []);
  return {
    weight,
    looks: within.length,
    withoutData: within.length - values.length,
    median: median(values),
    lowest: values.length > 0 ? Math.min(...values) : null,
    highest: values.length > 0 ? Math.max(...values) : null,
    baselineMedian: median(within.flatMap(({ baseline }) => baseline ?? [])),
    breaches: breaches.filter(({ at }) => at >= from && at <= to).length,
  };
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** A step may be watched several times, when people said something meanwhile: each time is a line of its own. */
function pointsByRule(lines: readonly LedgerLine[]): ReadonlyMap<string, readonly Point[]> {
  const all = new Map<string, Point[]>();
  for (const { kind, data } of lines) {
    if (kind !== 'evidence') continue;
    for (const [name, points] of Object.entries(dataOf(data['series'])))
      all.set(name, [...(all.get(name) ?? []), ...listOf(points).flatMap((point) => readPoint(point) ?? [])]);
  }
  for (const points of all.values()) points.sort((a, b) => a.at - b.at);
  return all;
}

function readPoint(value: unknown): Point | undefined {
  const { at, canary, baseline } = dataOf(value);
  const time = numberOf(at);
  return time === undefined
    ? undefined
    : { at: time, canary: numberOf(canary) ?? null, baseline: numberOf(baseline) ?? null };
}
