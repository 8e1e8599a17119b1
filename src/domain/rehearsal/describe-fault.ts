import { formatDuration } from '../time.ts';
import type { Fault } from './scenario-schema.ts';

/** A fault in words: `health fails at 10%`, `metrics gone at 10% for 20m`. */
export function describeFault(fault: Fault): string {
  return `${what(fault)}${momentOf(fault)}${fault.for === undefined ? '' : ` for ${formatDuration(fault.for)}`}`;
}

function what(fault: Fault): string {
  const rate = fault['error-rate'];
  if (fault.health) return 'health fails';
  if (fault.metrics) return 'metrics are gone';
  if (rate !== undefined) return `${Number((rate * 100).toPrecision(3))}% of requests fail`;
  if (fault.latency !== undefined) return `answers take ${fault.latency} times as long`;
  if (fault.alert !== undefined) return `an alert fires: ${fault.alert}`;
  if (fault.hangs !== undefined) return `it hangs for ${formatDuration(fault.hangs)}`;
  if (fault.takes !== undefined) return `it takes ${formatDuration(fault.takes)}`;
  if (fault.fails !== undefined)
    return fault.fails === 'always'
      ? 'it fails always'
      : `it fails ${fault.fails === 1 ? 'once' : `${fault.fails} times`}`;
  if (fault.worker) return 'the worker is lost';
  return 'nobody approves';
}

function momentOf({ at }: Fault): string {
  if (!at) return '';
  return at.kind === 'weight' ? ` at ${at.weight}%` : ` at ${at.step}`;
}
