import type { EnvironmentConfig, MonitorConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { Observation } from '../../domain/metrics/monitoring.ts';
import {
  baselineOf,
  describeObservation,
  judgeObservations,
  judgeSight,
  observe,
} from '../../domain/metrics/monitoring.ts';
import type { Issue } from '../../domain/run/severity.ts';
import { watchOnWith } from '../../domain/run/severity.ts';
import { formatDuration } from '../../domain/text/time.ts';
import { watchedBetween } from '../../domain/metrics/watched-time.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozenEnvironment } from '../frozen.ts';
import type { EffectContext, MetricsReading, Target, TrafficCounters } from '../ports/index.ts';

export interface MonitorRequest {
  readonly target: Target;
  /** Issues that people know and left to a hotfix: they are no evidence any more. */
  readonly known?: readonly Issue['kind'][];
  /** After a rollback, whose result is wanted now. */
  readonly shortly?: boolean;
}

export interface Monitored {
  /** A line a sample, the last ones, for people. */
  readonly samples: readonly string[];
  /** What was seen to be wrong, with evidence. */
  readonly issue?: Issue;
}

/** What a later attempt has to know to go on: how long was really watched, and what was seen. */
interface Progress {
  readonly watched: number;
  readonly observations: readonly Observation[];
  readonly lines: readonly string[];
  readonly taken: number;
  readonly blind: number;
  readonly failed: number;
}

const nothing: Progress = { watched: 0, observations: [], lines: [], taken: 0, blind: 0, failed: 0 };
/** Lines that people are shown, and observations at least: more where the limits look further back. */
const kept = 30;

/**
 * Watches a version in one activity for the whole monitoring time (RW-10): no history event a sample. Time counts only while
 * somebody watched: after a worker's death the next attempt goes on where the last one was seen.
 */
export function monitorActivities(deps: Deps) {
  return {
    async monitor(ref: StepRef, request: MonitorRequest): Promise<EffectOutcome<Monitored>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const { environment, target } = await frozenEnvironment(deps, ref, request.target);
        const monitor = howToWatch(environment.monitor, request);
        return beating(context, (inner) => watch(deps, { ...environment, monitor }, target, inner));
      });
    },
  };
}

/** Watched for so long (ms) at the most, with a look every few seconds: the answer is wanted now. */
const shortly = { for: 60_000, every: 5_000 } as const;

function howToWatch(configured: MonitorConfig, request: MonitorRequest): MonitorConfig {
  const monitor = (request.known ?? []).reduce(watchOnWith, configured);
  return request.shortly
    ? {
        ...monitor,
        for: Math.min(monitor.for, shortly.for),
        every: Math.min(monitor.every, shortly.every),
      }
    : monitor;
}

async function watch(
  deps: Deps,
  environment: EnvironmentConfig,
  target: Target,
  context: EffectContext,
): Promise<EffectOutcome<Monitored>> {
  const { monitor } = environment;
  const look = await lookout(deps, environment, target, context);
  let progress = isProgress(context.previous) ? { ...nothing, ...context.previous } : nothing;
  let before: TrafficCounters | undefined;
  const window = Math.max(kept, environment.health.unhealthyAfter + 1, monitor.breachesInARow * 3);
  for (;;) {
    const started = deps.clock.now();
    const { reading, health } = await look.look();
    context.signal.throwIfAborted();
    progress = noted(progress, observe({ at: started, reading, before, health, monitor }), window);
    if (reading?.kind === 'counters') before = reading.counters;
    context.heartbeat(progress);
    const judgement = judgeObservations(progress.observations, {
      monitor,
      health: environment.health,
      baseline: look.baseline,
    });
    if (judgement.action === 'breach') {
      return {
        ok: false,
        summary: judgement.reason,
        value: { samples: progress.lines, issue: judgement.issue },
      };
    }
    if (progress.watched >= monitor.for) return concluded(progress, judgement.reason, look.metrics);
    const pause = Math.max(1, Math.min(monitor.every, monitor.for - progress.watched));
    await deps.clock.wait(pause, context.signal);
    const watched = progress.watched + watchedBetween(started, deps.clock.now(), pause);
    progress = { ...progress, watched };
  }
}

/** Where to look, and what the version before did. */
async function lookout(
  deps: Deps,
  environment: EnvironmentConfig,
  target: Target,
  { signal }: EffectContext,
) {
  const driver = deps.driver(environment);
  // The driver of processes has a source of its own: its router. A router that is not there is one that fails.
  const metrics = environment.monitor.scrape !== undefined || environment.process !== undefined;
  const url = new URL(environment.health.path, (await driver.addresses({ target, environment })).public).href;
  const read = async (version: string): Promise<MetricsReading | undefined> => {
    if (!metrics) return undefined;
    // Asked each time: a router that was started again has another address.
    const address = environment.monitor.scrape ?? (await driver.addresses({ target, environment })).metrics;
    return address === undefined
      ? { kind: 'error', reason: 'there is no router to read the metrics from' }
      : deps.metrics.read({ address, version, signal });
  };
  const earlier = target.previousVersion ? await read(target.previousVersion) : undefined;
  return {
    metrics,
    baseline: earlier?.kind === 'counters' ? baselineOf(earlier.counters) : undefined,
    look: async () => {
      const [reading, health] = await Promise.all([
        read(target.version),
        deps.health.probe(url, { timeout: environment.health.timeout, signal }),
      ]);
      return { reading, health };
    },
  };
}

function noted(progress: Progress, observation: Observation, window: number): Progress {
  const line = `${new Date(observation.at).toISOString().slice(11, 19)} ${describeObservation(observation)}`;
  return {
    ...progress,
    observations: [...progress.observations, observation].slice(-window),
    lines: [...progress.lines, line].slice(-kept),
    taken: progress.taken + 1,
    blind: progress.blind + (observation.traffic ? 0 : 1),
    failed: progress.failed + (observation.failed ? 1 : 0),
  };
}

/** Without evidence against the version; whether that is evidence for it depends on what could be seen. */
function concluded(progress: Progress, last: string, metrics: boolean): EffectOutcome<Monitored> {
  const sight = judgeSight({ ...progress, metrics });
  const watched = `watched for ${formatDuration(progress.watched)}, last: ${last}`;
  return {
    ok: sight.ok,
    summary: sight.reason === undefined ? watched : `${watched}; ${sight.reason}`,
    value: { samples: progress.lines },
  };
}

function isProgress(value: unknown): value is Progress {
  return (
    typeof value === 'object' &&
    value !== null &&
    'watched' in value &&
    'observations' in value &&
    'lines' in value
  );
}
