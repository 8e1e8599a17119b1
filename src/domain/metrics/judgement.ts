import type { HealthConfig, MonitorConfig } from '../config/schema.ts';
import { formatDuration } from '../text/time.ts';
import type { TrafficSample } from '../environments/traffic.ts';

/** What the version before did, measured the same way. */
export interface Baseline {
  /** Milliseconds. */
  readonly p95: number | undefined;
}

export interface MonitorFacts {
  /** Of the newest sample with data. */
  readonly requests: number | undefined;
  readonly errorRate: number | undefined;
  readonly p95: number | undefined;
  /** p95 over the baseline's. */
  readonly latencyRatio: number | undefined;
  /** Failed health checks in a row, up to now. */
  readonly unhealthyInARow: number;
  /** Breaching samples in a row, up to now; those without data are passed over. */
  readonly breachesInARow: number;
}

/** Go on watching, or there is evidence against the version. `cause` and `facts` help to judge how severe it is. */
export type Judgement =
  | { readonly action: 'continue'; readonly reason: string; readonly facts: MonitorFacts }
  | {
      readonly action: 'breach';
      readonly cause: 'health' | 'errors' | 'latency';
      readonly reason: string;
      readonly facts: MonitorFacts;
    };

export type MonitorLimits = Pick<
  MonitorConfig,
  'maxErrorRate' | 'maxLatency' | 'maxLatencyRatio' | 'breachesInARow'
> &
  Pick<HealthConfig, 'unhealthyAfter'>;

/**
 * Judges a version by what was seen of it so far (processes/deployment.md, "Automatic Rollback Triggers"). Only evidence counts: a sample
 * without data and a provider that fails are neither good nor bad, and samples around them count as following one another.
 * @param samples oldest first
 * @param health whether each check was good, oldest first; more than `unhealthyAfter` bad ones in a row are evidence
 * @param baseline of the version before; without it only absolute limits hold
 */
export function judgeSample(
  samples: readonly TrafficSample[],
  health: readonly boolean[],
  baseline: Baseline | undefined,
  limits: MonitorLimits,
): Judgement {
  const data = samples.filter((sample) => sample.kind === 'data');
  const newest = data.at(-1);
  const breach = newest && breachOf(newest, baseline, limits);
  const facts: MonitorFacts = {
    requests: newest?.requests,
    errorRate: newest?.errorRate,
    p95: newest?.p95,
    latencyRatio: newest && ratio(newest.p95, baseline),
    unhealthyInARow: trailing(health, (ok) => !ok),
    breachesInARow: trailing(data, (sample) => breachOf(sample, baseline, limits) !== undefined),
  };
  const { unhealthyInARow: unhealthy, breachesInARow: breaches } = facts;
  if (unhealthy > limits.unhealthyAfter)
    return { action: 'breach', cause: 'health', reason: `${unhealthy} health checks in a row failed`, facts };
  if (breach && breaches >= limits.breachesInARow) {
    return {
      action: 'breach',
      cause: breach.cause,
      reason: `${breach.reason}${breaches > 1 ? `, ${breaches} samples in a row` : ''}`,
      facts,
    };
  }
  if (unhealthy > 0)
    return {
      action: 'continue',
      reason: `${unhealthy} health checks in a row failed, more than ${limits.unhealthyAfter} are a breach`,
      facts,
    };
  if (breach)
    return {
      action: 'continue',
      reason: `${breach.reason}, ${breaches} of the ${limits.breachesInARow} samples in a row that are a breach`,
      facts,
    };
  return { action: 'continue', reason: describeSample(samples.at(-1)), facts };
}

type DataSample = Extract<TrafficSample, { kind: 'data' }>;

/** Below this (ms) nobody notices a difference, and noise decides about a ratio. */
const latencyFloor = 50;

/** What is wrong with one sample. Errors come before latency. */
function breachOf(
  { errorRate, p95 }: DataSample,
  baseline: Baseline | undefined,
  limits: MonitorLimits,
): { cause: 'errors' | 'latency'; reason: string } | undefined {
  if (errorRate > limits.maxErrorRate)
    return {
      cause: 'errors',
      reason: `error rate ${percent(errorRate)} is over ${percent(limits.maxErrorRate)}`,
    };
  if (p95 === undefined) return undefined;
  if (limits.maxLatency !== undefined && p95 > limits.maxLatency) {
    return {
      cause: 'latency',
      reason: `p95 ${formatDuration(p95)} is over ${formatDuration(limits.maxLatency)}`,
    };
  }
  const times = ratio(p95, baseline);
  if (times !== undefined && times > limits.maxLatencyRatio && p95 > latencyFloor) {
    return {
      cause: 'latency',
      reason: `p95 ${formatDuration(p95)} is ${times.toFixed(1)} times that of the version before, over ${limits.maxLatencyRatio} times`,
    };
  }
  return undefined;
}

export function describeSample(last: TrafficSample | undefined): string {
  if (!last) return 'nothing was measured yet';
  if (last.kind === 'no-data') return `no data: ${last.reason}`;
  return `${last.requests} requests, ${percent(last.errorRate)} errors${last.p95 === undefined ? '' : `, p95 ${formatDuration(last.p95)}`}`;
}

/** What looks counted together, from the lines that were made of them; undefined where none of them counted anything. */
export function countedIn(
  lines: readonly string[],
): { readonly requests: number; readonly failed: number } | undefined {
  const found = lines.flatMap((line) => {
    const [, requests, share] = /\b(\d+) requests, ([\d.]+)% errors\b/.exec(line) ?? [];
    return requests === undefined || share === undefined
      ? []
      : [[Number(requests), Number(share) / 100] as const];
  });
  if (found.length === 0) return undefined;
  return {
    requests: found.reduce((sum, [requests]) => sum + requests, 0),
    failed: found.reduce((sum, [requests, share]) => sum + Math.round(requests * share), 0),
  };
}

function ratio(p95: number | undefined, baseline: Baseline | undefined): number | undefined {
  return p95 === undefined || !baseline?.p95 ? undefined : p95 / baseline.p95;
}

/** How many at the end of the list have the property. */
function trailing<T>(list: readonly T[], has: (item: T) => boolean): number {
  return list.length - 1 - list.findLastIndex((item) => !has(item));
}

const percent = (rate: number): string => `${Math.round(rate * 1_000) / 10}%`;
