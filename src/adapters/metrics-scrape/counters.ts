import type { TrafficCounters } from '../../activities/ports/index.ts';
import type { Sample } from './parse.ts';

/** The metrics of Sluice's router; any page that has them with the labels `version`, `code` and `le` will do. */
const requestsName = 'sluice_router_requests_total';
const durationName = 'sluice_router_request_duration_seconds_bucket';

/** Adds up what the page says about one version, over all of its slots. Undefined where it says nothing. */
export function countersOf(
  samples: readonly Sample[],
  version: string,
  at: number,
): TrafficCounters | undefined {
  const own = samples.filter(({ labels, value }) => labels['version'] === version && Number.isFinite(value));
  const requests = own.filter(({ name }) => name === requestsName);
  if (requests.length === 0) return undefined;
  const byBound = new Map<number, number>();
  for (const { name, labels, value } of own) {
    const bound = boundOf(labels['le']);
    if (name === durationName && !Number.isNaN(bound)) byBound.set(bound, (byBound.get(bound) ?? 0) + value);
  }
  return {
    at,
    requests: sum(requests),
    errors: sum(requests.filter(({ labels }) => /^5/.test(labels['code'] ?? ''))),
    buckets: [...byBound].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le),
  };
}

const boundOf = (le: string | undefined): number =>
  le === '+Inf' || le === 'Inf' ? Infinity : Number(le ?? 'NaN');
const sum = (samples: readonly Sample[]): number => samples.reduce((total, { value }) => total + value, 0);
