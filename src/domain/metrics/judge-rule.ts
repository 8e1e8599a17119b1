import type { MetricRule } from '../config/metrics-schema.ts';
import type { Finding } from '../rollout/evidence.ts';
import { mannWhitney } from '../rollout/mann-whitney.ts';
import type { Reading } from './reading.ts';
import { formatMeasure } from './units.ts';

/** What a rule has to judge by: readings of both versions, taken at the same times, oldest first. */
export interface Measurements {
  readonly canary: readonly Reading[];
  /** Of the version before; its last known values where it takes no traffic any more. Null: there is no version before. */
  readonly baseline: readonly Reading[] | null;
  /** What a test may take for values that say nothing of each other; all of them, taken once, where it is left out. */
  readonly independent?: Independent;
}

/**
 * A value over a minute and the next one, ten seconds later, have fifty seconds in common: taken for two values they would make noise
 * look certain. And who tests again and again finds something in the end.
 */
export interface Independent {
  readonly canary: readonly number[];
  readonly baseline: readonly number[];
  /** How many tests, none of which has anything in common with another, there have been. */
  readonly tests: number;
}

/**
 * What a rule says now (SI-10, DW-8). Only numbers judge: a look without one is `no-data`, a provider that failed is an `error`,
 * and a comparison without a baseline says nothing at all. Good only where every limit of the rule could be looked at.
 */
export function judgeRule(rule: MetricRule, { canary, baseline, independent }: Measurements): Finding {
  const newest = canary.at(-1) ?? { kind: 'no-data', reason: 'nothing was measured yet' };
  if (newest.kind !== 'value') return newest;
  const values = numbersOf(canary);
  if (values.length < rule.minSamples)
    return { kind: 'no-data', reason: `${values.length} of the ${rule.minSamples} values that it takes` };
  const tell = (value: number): string => formatMeasure(rule, value);
  // A first version is compared with nothing.
  const compared = baseline
    ? [...relative(rule, newest.value, baseline, tell), comparison(rule, values, baseline, independent)]
    : [];
  const said = [absolute(rule, newest.value, tell), ...compared].filter((finding) => finding !== undefined);
  return (
    said.find(({ kind }) => kind === 'bad') ??
    said.find(({ kind }) => kind === 'error' || kind === 'no-data') ?? {
      kind: 'good',
      reason: said.map(({ reason }) => reason).join(', ') || tell(newest.value),
    }
  );
}

type Tell = (value: number) => string;

function absolute({ max, min }: MetricRule, value: number, tell: Tell): Finding | undefined {
  if (max !== undefined && value > max) return { kind: 'bad', reason: `${tell(value)} is over ${tell(max)}` };
  if (min !== undefined && value < min)
    return { kind: 'bad', reason: `${tell(value)} is under ${tell(min)}` };
  return max === undefined && min === undefined ? undefined : { kind: 'good', reason: tell(value) };
}

function relative(
  rule: MetricRule,
  value: number,
  baseline: readonly Reading[],
  tell: Tell,
): (Finding | undefined)[] {
  const { maxIncrease, maxRatio } = rule;
  if (maxIncrease === undefined && maxRatio === undefined) return [];
  const before = numbersOf(baseline).at(-1);
  if (before === undefined) return [withoutBaseline(rule, baseline)];
  const increase = value - before;
  const ratio = value / before;
  const said = `${tell(value)}, the version before has ${tell(before)}`;
  return [
    maxIncrease !== undefined && increase > maxIncrease
      ? { kind: 'bad', reason: `${said}: up by ${tell(increase)}, over ${tell(maxIncrease)}` }
      : undefined,
    // Nothing can be a multiple of nothing; what is too small to be noticed is no breach.
    maxRatio !== undefined && before > 0 && ratio > maxRatio && value > floorOf(rule)
      ? { kind: 'bad', reason: `${said}: ${ratio.toFixed(1)} times as much, over ${maxRatio} times` }
      : undefined,
    { kind: 'good', reason: said },
  ];
}

/** Below this nobody notices a difference, and noise decides about a ratio. */
function floorOf({ measure }: MetricRule): number {
  return measure === 'p50' || measure === 'p95' || measure === 'p99' ? 50 : 0;
}

function comparison(
  rule: MetricRule,
  values: readonly number[],
  baseline: readonly Reading[],
  independent?: Independent,
): Finding | undefined {
  if (!rule.compare) return undefined;
  const all = numbersOf(baseline);
  if (all.length < rule.minSamples) return withoutBaseline(rule, baseline);
  const { worse, significance } = rule.compare;
  const { canary: now, baseline: before, tests } = independent ?? { canary: values, baseline: all, tests: 1 };
  const test = worse === 'higher' ? mannWhitney(now, before) : mannWhitney(before, now);
  if (!test) return { kind: 'no-data', reason: 'there is nothing to compare' };
  // Each further test has to be the more certain: the chance of a false alarm is meant of all of them together.
  const limit = significance / Math.max(1, tests);
  const said = `Mann-Whitney p = ${inDigits(test.p)} over ${now.length} and ${before.length} values`;
  return test.p < limit
    ? { kind: 'bad', reason: `${worse} than the version before: ${said}, under ${inDigits(limit)}` }
    : { kind: 'good', reason: said };
}

const inDigits = (p: number): string => (p < 0.001 ? p.toExponential(1) : String(Number(p.toFixed(3))));

/** A rule that also has an absolute limit still has that; one that only compares can say nothing. */
function withoutBaseline(rule: MetricRule, baseline: readonly Reading[]): Finding | undefined {
  if (rule.max !== undefined || rule.min !== undefined) return undefined;
  const newest = baseline.at(-1);
  const why = newest && newest.kind !== 'value' ? `: ${newest.reason}` : '';
  return { kind: 'no-data', reason: `there is no version before to compare with${why}` };
}

function numbersOf(readings: readonly Reading[]): number[] {
  return readings.flatMap((reading) => (reading.kind === 'value' ? [reading.value] : []));
}
