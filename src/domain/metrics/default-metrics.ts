import type { MetricRule, MetricsConfig } from '../config/metrics-schema.ts';

/** What every rule has where nothing else is said. Written out, for workflows carry no schemas; a test holds it to the schema. */
const usual = {
  over: 60_000,
  minRequests: 5,
  minSamples: 1,
  onNoData: 'hold',
  onError: 'hold',
  failureLimit: 1,
  consecutiveErrorLimit: 4,
  dryRun: false,
} as const;

const rules: MetricRule[] = [
  { name: 'error-rate', measure: 'error-rate', max: 0.05, maxIncrease: 0.05, ...usual },
  { name: 'latency', measure: 'p95', maxRatio: 2, ...usual },
];

/** SI-10 and DW-8, where nothing is configured: over 5 %, up by more than 5 points, or more than twice as slow as the version before. */
export const defaultMetrics: MetricsConfig = { rules };
