import type {
  Measured,
  MetricPlace,
  MetricSession,
  MetricSource,
  SecretResolver,
} from '../../activities/ports/index.ts';
import type { MetricRule, MetricsConfig } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import { inWords } from '../health.ts';
import { ProviderProblem } from './in-time.ts';
import { queryPrometheus } from './prometheus.ts';
import { createScrapeSession } from './scrape-session.ts';

export interface MetricSourceOptions {
  readonly secrets: Pick<SecretResolver, 'resolve' | 'redact'>;
  /** Milliseconds of a clock that never goes back: the process's own by default. */
  readonly now?: () => number;
}

/**
 * Where a rollout's numbers come from, each rule from its own place (docs/metrics.md): a query from Prometheus, a measure from the
 * driver's router or processes, a series from the version's own page. Whatever goes wrong there is an `error` and never a number
 * (BY-4).
 */
export function createMetricSource({ secrets, now = monotonic }: MetricSourceOptions): MetricSource {
  return {
    open(config, place): MetricSession {
      const read = reader(config, place, secrets, now);
      return {
        async read(rule, measured, signal) {
          try {
            return redacted(await read(rule, measured, signal), secrets);
          } catch (problem) {
            return redacted({ kind: 'error', reason: inWords(problem) }, secrets);
          }
        },
      };
    },
  };
}

function reader(
  config: MetricsConfig,
  place: MetricPlace,
  secrets: Pick<SecretResolver, 'resolve'>,
  now: () => number,
): (rule: MetricRule, measured: Measured, signal: AbortSignal) => Promise<Reading> {
  const scraped = createScrapeSession(config, place, now);
  return async (rule, measured, signal) => {
    const { query, measure, series } = rule;
    if (query !== undefined) {
      if (!config.prometheus)
        throw new ProviderProblem('a query needs a Prometheus: say metrics.prometheus.url');
      return queryPrometheus(config.prometheus, secrets, { query, where: place, measured }, signal);
    }
    if (series) return scraped.series(series, rule, measured, signal);
    switch (measure) {
      case undefined:
        throw new ProviderProblem('the rule says nothing that could be measured');
      case 'memory':
      case 'cpu':
        return scraped.usage(measure, rule, measured, signal);
      case 'error-rate':
      case 'request-rate':
      case 'p50':
      case 'p95':
      case 'p99':
        return scraped.traffic(measure, rule, measured, signal);
    }
  };
}

/** Epoch milliseconds that go on evenly although the system's clock may be set. */
const monotonic = (): number => performance.timeOrigin + performance.now();

const redacted = (reading: Reading, secrets: Pick<SecretResolver, 'redact'>): Reading =>
  reading.kind === 'value' ? reading : { ...reading, reason: secrets.redact(reading.reason) };
