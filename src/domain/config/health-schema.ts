import { z } from 'zod';
import { duration, expand, percent } from './parts.ts';

/** When a version counts as healthy. A bare string is the path that is asked. */
export const healthSchema = z
  .preprocess(
    expand('path'),
    z.strictObject({
      path: z.string().startsWith('/').default('/health'),
      timeout: duration('5s').prefault('5s'),
      interval: duration('1s').prefault('1s'),
      /** Consecutive good answers that count as healthy. */
      healthyAfter: z.int().min(1).max(100).default(2),
      /** Consecutive bad answers that count as unhealthy. */
      unhealthyAfter: z.int().min(1).max(100).default(3),
      /** How long a version may take to become healthy. */
      within: duration('60s').prefault('60s'),
    }),
  )
  .meta({ shorthand: 'string' });

/** How an environment is watched after a deployment. */
export const monitorSchema = z.strictObject({
  for: duration('30m').prefault('30m'),
  every: duration('10s').prefault('10s'),
  maxErrorRate: percent.prefault('5%'),
  /** Latency (95th percentile) over this many times the baseline is a breach. */
  maxLatencyRatio: z.number().min(1).default(2),
  maxLatency: duration('2s').optional(),
  /** Fewer requests in a sample than this say nothing. */
  minRequests: z.int().min(0).default(5),
  /** Breaching samples in a row that count as evidence. */
  breachesInARow: z.int().min(1).default(2),
  /** A Prometheus text page; the process driver's router is the default. */
  scrape: z.url().optional(),
});

export type HealthConfig = z.output<typeof healthSchema>;
export type MonitorConfig = z.output<typeof monitorSchema>;
