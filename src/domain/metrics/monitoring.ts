import type { HealthConfig, MonitorConfig } from '../config/schema.ts';
import { describeSample, judgeSample } from './judgement.ts';
import type { Baseline, Judgement } from './judgement.ts';
import type { Issue } from '../run/severity.ts';
import { trafficBetween } from '../environments/traffic.ts';
import type { TrafficCounters, TrafficSample } from '../environments/traffic.ts';

/** One look at a version: is it healthy, and what did users meet since the look before. Plain JSON. */
export interface Observation {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly healthy: boolean;
  /** Why not. */
  readonly problem?: string;
  /** Absent where nothing can be said; `blind` says why. */
  readonly traffic?: Extract<TrafficSample, { kind: 'data' }>;
  readonly blind?: string;
  /** The source of the numbers failed: that nothing was seen says nothing about the traffic. */
  readonly failed?: true;
}

/** A look at the health and, where there is a source of numbers, at its counters. */
export interface Look {
  readonly at: number;
  readonly health: { readonly ok: boolean; readonly reason: string | undefined };
  readonly reading:
    | { readonly kind: 'counters'; readonly counters: TrafficCounters }
    | { readonly kind: 'no-data' | 'error'; readonly reason: string }
    | undefined;
  /** The counters that were read before. */
  readonly before: TrafficCounters | undefined;
  readonly monitor: Pick<MonitorConfig, 'minRequests'>;
}

export function observe({ at, health, reading, before, monitor }: Look): Observation {
  const seen = {
    at,
    healthy: health.ok,
    ...(health.ok ? {} : { problem: health.reason ?? 'no reason given' }),
  };
  if (!reading) return { ...seen, blind: 'no metrics are configured' };
  if (reading.kind !== 'counters')
    return { ...seen, blind: reading.reason, ...(reading.kind === 'error' ? { failed: true } : {}) };
  if (!before) return { ...seen, blind: 'the first reading has nothing to compare with' };
  const sample = trafficBetween(before, reading.counters, monitor.minRequests);
  return sample.kind === 'data' ? { ...seen, traffic: sample } : { ...seen, blind: sample.reason };
}

/** Fewer requests say nothing about a 95th percentile. */
const baselineRequests = 20;

/** How the version before did since its start; undefined where too little is known to compare with. */
export function baselineOf(counters: TrafficCounters): Baseline | undefined {
  const all = trafficBetween({ at: 0, requests: 0, errors: 0, buckets: [] }, counters, baselineRequests);
  return all.kind === 'data' && all.p95 !== undefined ? { p95: all.p95 } : undefined;
}

/** Go on watching, or there is evidence against the version, with what it means for the release. */
export type Verdict =
  | { readonly action: 'continue'; readonly reason: string }
  | { readonly action: 'breach'; readonly reason: string; readonly issue: Issue };

export interface MonitorPolicy {
  readonly monitor: Pick<MonitorConfig, 'maxErrorRate' | 'maxLatency' | 'maxLatencyRatio' | 'breachesInARow'>;
  readonly health: Pick<HealthConfig, 'unhealthyAfter'>;
  readonly baseline: Baseline | undefined;
}

/** What all samples of a monitoring time had, counted. */
export interface Sight {
  readonly taken: number;
  /** Without traffic data, for whatever reason. */
  readonly blind: number;
  /** Of the blind ones, those whose source of numbers failed. */
  readonly failed: number;
  /** Whether there is a source of numbers at all. */
  readonly metrics: boolean;
}

/**
 * Whether enough was seen to say that a version holds, in words. Quiet traffic is seen to be quiet; a source that failed more often
 * than not has shown nothing, and no data is not good data.
 */
export function judgeSight({ taken, blind, failed, metrics }: Sight): {
  readonly ok: boolean;
  readonly reason: string | undefined;
} {
  if (!metrics) return { ok: true, reason: 'only its health was watched: no metrics are configured' };
  if (failed * 2 > taken)
    return { ok: false, reason: `the metrics could not be read in ${failed} of ${taken} samples` };
  if (blind === 0) return { ok: true, reason: undefined };
  const broken = failed > 0 ? `, ${failed} of them because the metrics could not be read` : '';
  return { ok: true, reason: `${blind} of ${taken} samples had no traffic data${broken}` };
}

/** {@link judgeSample} on observations, oldest first. */
export function judgeObservations(
  observations: readonly Observation[],
  { monitor, health, baseline }: MonitorPolicy,
): Verdict {
  const judgement = judgeSample(
    observations.map(sampleOf),
    observations.map(({ healthy }) => healthy),
    baseline,
    { ...monitor, unhealthyAfter: health.unhealthyAfter },
  );
  if (judgement.action === 'continue') return { action: 'continue', reason: judgement.reason };
  return { action: 'breach', reason: judgement.reason, issue: issueOf(judgement, observations.at(-1)) };
}

/** One line for people, without the time. */
export function describeObservation(observation: Observation): string {
  return `${observation.healthy ? 'healthy' : `not healthy: ${observation.problem ?? ''}`}; ${describeSample(sampleOf(observation))}`;
}

const sampleOf = ({ at, traffic, blind }: Observation): TrafficSample =>
  traffic ?? { kind: 'no-data', at, reason: blind ?? 'nothing was read' };

function issueOf(
  { cause, reason, facts }: Extract<Judgement, { action: 'breach' }>,
  last: Observation | undefined,
): Issue {
  switch (cause) {
    case 'health':
      return {
        kind: 'health-failed',
        detail: last?.problem === undefined ? reason : `${reason}, the last one with: ${last.problem}`,
      };
    case 'errors':
      return { kind: 'error-rate', detail: reason, errorRate: facts.errorRate ?? 0 };
    case 'latency':
      return { kind: 'latency', detail: reason };
  }
}
