import type { EnvironmentConfig } from '../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../domain/effect-outcome.ts';
import type { Baseline, Judgement, TrafficSample } from '../domain/monitoring.ts';
import { judgeSample, trafficBetween } from '../domain/monitoring.ts';
import type { Issue } from '../domain/severity.ts';
import { formatDuration } from '../domain/time.ts';
import { beating, effectContext } from './context.ts';
import type { Deps } from './deps.ts';
import { asOutcome } from './errors.ts';
import type { EffectContext, HealthProbe, MetricsReading, Target, TrafficCounters } from './ports/index.ts';
import { wait } from './wait.ts';

export interface Monitored {
  /** A line a sample, the last ones, for people. */
  readonly samples: readonly string[];
  /** What was seen to be wrong, with evidence. */
  readonly issue?: Issue;
}

/** What a later attempt has to know to go on: how long was really watched, and what was seen. */
interface Progress {
  readonly watched: number;
  readonly samples: readonly TrafficSample[];
  readonly health: readonly boolean[];
  readonly lines: readonly string[];
  readonly taken: number;
  readonly blind: number;
}

const nothing: Progress = { watched: 0, samples: [], health: [], lines: [], taken: 0, blind: 0 };
const kept = 30;

/**
 * Watches a version in one activity for the whole monitoring time (RW-10): no history event a sample. Time counts only while
 * somebody watched: after a worker's death the next attempt goes on where the last one was seen.
 */
export function monitorActivities(deps: Deps) {
  return {
    async monitor(ref: StepRef, request: { environment: EnvironmentConfig; target: Target }): Promise<EffectOutcome<Monitored>> {
      const context = effectContext(ref);
      return asOutcome(() => beating(context, (inner) => watch(deps, request.environment, request.target, inner)));
    },
  };
}

async function watch(deps: Deps, environment: EnvironmentConfig, target: Target, context: EffectContext): Promise<EffectOutcome<Monitored>> {
  const { monitor } = environment;
  const look = await lookout(deps, environment, target, context);
  let progress = isProgress(context.previous) ? context.previous : nothing;
  let before: TrafficCounters | undefined;
  for (;;) {
    const started = Date.now();
    const { reading, health } = await look.look();
    context.signal.throwIfAborted();
    const sample = sampleOf(reading, before, started, monitor.minRequests);
    if (reading?.kind === 'counters') before = reading.counters;
    progress = noted(progress, sample, health, started);
    context.heartbeat(progress);
    const judgement = judgeSample(progress.samples, progress.health, look.baseline, { ...monitor, unhealthyAfter: environment.health.unhealthyAfter });
    if (judgement.action === 'breach') {
      return { ok: false, summary: judgement.reason, value: { samples: progress.lines, issue: issueOf(judgement) } };
    }
    if (progress.watched >= monitor.for) return held(progress, judgement);
    await wait(Math.max(1, Math.min(monitor.every, monitor.for - progress.watched)), context.signal);
    progress = { ...progress, watched: progress.watched + (Date.now() - started) };
  }
}

/** Where to look, and what the version before did. */
async function lookout(deps: Deps, environment: EnvironmentConfig, target: Target, { signal }: EffectContext) {
  const addresses = await deps.driver(environment).addresses({ target, environment });
  const address = environment.monitor.scrape ?? addresses.metrics;
  const url = new URL(environment.health.path, addresses.public).href;
  const read = (version: string): Promise<MetricsReading | undefined> =>
    address === undefined ? Promise.resolve(undefined) : deps.metrics.read({ address, version, signal });
  const earlier = target.previousVersion ? await read(target.previousVersion) : undefined;
  return {
    baseline: earlier?.kind === 'counters' ? baselineOf(earlier.counters) : undefined,
    look: async () => {
      const [reading, health] = await Promise.all([read(target.version), deps.health.probe(url, { timeout: environment.health.timeout, signal })]);
      return { reading, health };
    },
  };
}

function baselineOf(counters: TrafficCounters): Baseline | undefined {
  const all = trafficBetween({ at: 0, requests: 0, errors: 0, buckets: [] }, counters, 1);
  return all.kind === 'data' ? { p95: all.p95 } : undefined;
}

function sampleOf(reading: MetricsReading | undefined, before: TrafficCounters | undefined, at: number, minRequests: number): TrafficSample {
  if (!reading) return { kind: 'no-data', at, reason: 'no metrics are configured' };
  if (reading.kind !== 'counters') return { kind: 'no-data', at, reason: reading.reason };
  if (!before) return { kind: 'no-data', at, reason: 'the first reading has nothing to compare with' };
  return trafficBetween(before, reading.counters, minRequests);
}

function noted(progress: Progress, sample: TrafficSample, health: HealthProbe, at: number): Progress {
  const traffic =
    sample.kind === 'data'
      ? `${sample.requests} requests, ${(sample.errorRate * 100).toFixed(1)} % errors${sample.p95 === undefined ? '' : `, p95 ${formatDuration(sample.p95)}`}`
      : `no traffic data: ${sample.reason}`;
  const line = `${new Date(at).toISOString().slice(11, 19)} ${traffic}; ${health.ok ? 'healthy' : `unhealthy: ${health.reason ?? ''}`}`;
  return {
    ...progress,
    samples: [...progress.samples, sample].slice(-kept),
    health: [...progress.health, health.ok].slice(-kept),
    lines: [...progress.lines, line].slice(-kept),
    taken: progress.taken + 1,
    blind: progress.blind + (sample.kind === 'data' ? 0 : 1),
  };
}

function issueOf({ cause, reason, facts }: Extract<Judgement, { action: 'breach' }>): Issue {
  switch (cause) {
    case 'health':
      return { kind: 'health-failed', detail: reason };
    case 'errors':
      return { kind: 'error-rate', detail: reason, errorRate: facts.errorRate ?? 0 };
    case 'latency':
      return { kind: 'latency', detail: reason };
  }
}

function held({ watched, lines, taken, blind }: Progress, judgement: Judgement): EffectOutcome<Monitored> {
  const without = blind > 0 ? `; ${blind} of ${taken} samples had no traffic data` : '';
  return { ok: true, summary: `watched for ${formatDuration(watched)}, last: ${judgement.reason}${without}`, value: { samples: lines } };
}

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'watched' in value && 'samples' in value && 'lines' in value;
}
