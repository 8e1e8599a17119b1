import type { TrafficCounters } from '../../activities/ports/index.ts';
import type { BuiltInMeasure, MetricRule } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import { readingOf } from '../../domain/metrics/reading.ts';
import { percentileBetween, trafficBetween } from '../../domain/environments/traffic.ts';

export type TrafficMeasure = Exclude<BuiltInMeasure, 'memory' | 'cpu'>;

const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** A measure of the router over what it counted between two readings: a fraction, milliseconds, or requests a second. */
export function measureTraffic(
  measure: TrafficMeasure,
  { minRequests }: Pick<MetricRule, 'minRequests'>,
  before: TrafficCounters,
  after: TrafficCounters,
): Reading {
  const { at } = after;
  // That nobody comes is a rate as well, where the rule asks for no requests.
  if (measure === 'request-rate' && minRequests === 0)
    return readingOf((after.requests - before.requests) / seconds(before.at, at));
  const sample = trafficBetween(before, after, minRequests);
  if (sample.kind === 'no-data') return { kind: 'no-data', reason: sample.reason };
  switch (measure) {
    case 'error-rate':
      return readingOf(sample.errorRate);
    case 'request-rate':
      return readingOf(sample.requests / seconds(before.at, at));
    case 'p50':
    case 'p95':
    case 'p99': {
      const value = percentileBetween(before, after, shares[measure]);
      return value === undefined
        ? { kind: 'no-data', reason: 'the router counts no durations' }
        : readingOf(value);
    }
  }
}

/** No time at all makes a rate infinite, which is no value. */
export const seconds = (from: number, to: number): number => (to - from) / 1_000;
