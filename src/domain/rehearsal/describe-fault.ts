import { formatDuration } from '../text/time.ts';
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
  if (fault.green) return ofGreen(fault.green, fault.times);
  if (fault.review) return ofReview(fault.review, fault.times);
  return 'nobody approves';
}

function ofGreen(green: NonNullable<Fault['green']>, times: Fault['times'] = 1): string {
  if (green === 'crashes')
    return typeof times === 'number' && times > 1
      ? `the first ${times} versions in green crash`
      : `${times === 'always' ? 'every' : 'the first'} version in green crashes`;
  return typeof times === 'number' && times > 1
    ? `the first ${times} versions in green are not healthy`
    : `${times === 'always' ? 'every' : 'the first'} version in green is not healthy`;
}

function ofReview(review: NonNullable<Fault['review']>, times: Fault['times'] = 1): string {
  if (review === 'major-flaws') return 'the review finds major flaws';
  return typeof times === 'number' && times > 1
    ? `the first ${times} reviews ask for fixes`
    : `${times === 'always' ? 'every' : 'the first'} review asks for fixes`;
}

function momentOf({ at }: Fault): string {
  if (!at) return '';
  return at.kind === 'weight' ? ` at ${at.weight}%` : ` at ${at.step}`;
}
