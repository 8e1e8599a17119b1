import type { MetricRule } from '../config/metrics-schema.ts';
import { formatDuration } from '../text/time.ts';

/** A rule's value for people, in its measure's unit. */
export function formatMeasure({ measure }: Pick<MetricRule, 'measure'>, value: number): string {
  switch (measure) {
    case 'error-rate':
      return `${round(value * 100)} %`;
    case 'p50':
    case 'p95':
    case 'p99':
      return value < 0 ? `-${formatDuration(-value)}` : formatDuration(value);
    case 'memory':
      return `${round(value / 1e6)} MB`;
    case 'cpu':
      return `${round(value)} cores`;
    case 'request-rate':
      return `${round(value)}/s`;
    case undefined:
      return String(round(value));
  }
}

/** Three digits that count. */
const round = (value: number): number => Number(value.toPrecision(3));
