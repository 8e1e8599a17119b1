import type { BuiltInMeasure } from '../config/metrics-schema.ts';
import { formatMeasure } from '../metrics/units.ts';
import { dataOf, numberOf, textOf, type Data } from './read.ts';

/** As much of a rule as a picture of it needs. */
export interface ChartRule {
  readonly name: string;
  readonly measure: BuiltInMeasure | undefined;
  /** What is measured, in words. */
  readonly measured: string;
  readonly max: number | undefined;
  readonly min: number | undefined;
  readonly maxIncrease: number | undefined;
  readonly maxRatio: number | undefined;
  /** In words: the comparison is no line. */
  readonly comparison: string | undefined;
  readonly dryRun: boolean;
}

const measures: Readonly<Record<BuiltInMeasure, { words: string; factor: number; suffix: string }>> = {
  'error-rate': { words: 'share of requests that failed', factor: 100, suffix: ' %' },
  p50: { words: 'latency, median', factor: 1, suffix: ' ms' },
  p95: { words: 'latency, 95th percentile', factor: 1, suffix: ' ms' },
  p99: { words: 'latency, 99th percentile', factor: 1, suffix: ' ms' },
  'request-rate': { words: 'requests a second', factor: 1, suffix: '/s' },
  memory: { words: 'memory', factor: 1e-6, suffix: ' MB' },
  cpu: { words: 'processor cores', factor: 1, suffix: ' cores' },
};

export function unitOf({ measure }: Pick<ChartRule, 'measure'>): { factor: number; suffix: string } {
  const { factor, suffix } = measure ? measures[measure] : { factor: 1, suffix: '' };
  return { factor, suffix };
}

/** A rule as the ledger has it; one without a name is none. */
export function readRule(value: unknown): ChartRule | undefined {
  const data = dataOf(value);
  const name = textOf(data['name']);
  if (name === undefined) return undefined;
  const measure = measureOf(data['measure']);
  return {
    name,
    measure,
    measured: measuredOf(data, measure),
    max: numberOf(data['max']),
    min: numberOf(data['min']),
    maxIncrease: numberOf(data['maxIncrease']),
    maxRatio: numberOf(data['maxRatio']),
    comparison: comparisonOf(data['compare']),
    dryRun: data['dryRun'] === true,
  };
}

/** Of a series that no rule is known of: an older record. */
export const unknownRule = (name: string): ChartRule => ({ ...(readRule({ name }) as ChartRule) });

/** In the rule's unit, for people. */
export const tell = (rule: Pick<ChartRule, 'measure'>, value: number): string => formatMeasure(rule, value);

function measureOf(value: unknown): BuiltInMeasure | undefined {
  return typeof value === 'string' && Object.hasOwn(measures, value) ? (value as BuiltInMeasure) : undefined;
}

function measuredOf(data: Data, measure: BuiltInMeasure | undefined): string {
  const series = dataOf(data['series']);
  const name = textOf(series['name']);
  if (name !== undefined) return series['as'] === 'rate' ? `${name}, growth a second` : name;
  return measure ? measures[measure].words : (textOf(data['query']) ?? '');
}

function comparisonOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const { worse = 'higher', significance } = dataOf(value);
  const level = numberOf(significance);
  return `compared with the version before by Mann-Whitney: ${worse === 'lower' ? 'lower' : 'higher'} is worse${level === undefined ? '' : `, p under ${level} is a breach`}`;
}
