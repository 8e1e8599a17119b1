/** Counters since the service's start, of one version. */
export interface TrafficCounters {
  /** Epoch milliseconds of the reading. */
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
  /** Cumulative histogram: upper bound in seconds (Infinity last) and how many were at or under it. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** What users met between two readings, or why nothing can be said about it. */
export type TrafficSample =
  | {
      readonly kind: 'data';
      /** Epoch milliseconds. */
      readonly at: number;
      readonly requests: number;
      /** 0 to 1. */
      readonly errorRate: number;
      /** 95th percentile in milliseconds; undefined without a histogram. */
      readonly p95: number | undefined;
    }
  | { readonly kind: 'no-data'; readonly at: number; readonly reason: string };

/**
 * Counts what happened between two readings. A counter that fell was started anew: then all it has is new.
 * @param minRequests fewer say nothing
 */
export function trafficBetween(
  before: TrafficCounters,
  after: TrafficCounters,
  minRequests: number,
): TrafficSample {
  const { at } = after;
  const from = wasReset(before, after) ? { at: before.at, requests: 0, errors: 0, buckets: [] } : before;
  const requests = after.requests - from.requests;
  const errors = after.errors - from.errors;
  if (!Number.isFinite(requests) || !Number.isFinite(errors) || requests <= 0)
    return { kind: 'no-data', at, reason: 'no requests' };
  if (requests < minRequests)
    return {
      kind: 'no-data',
      at,
      reason: `only ${requests === 1 ? '1 request' : `${requests} requests`}; it takes ${minRequests} to judge by`,
    };
  return {
    kind: 'data',
    at,
    requests,
    errorRate: Math.min(1, Math.max(0, errors / requests)),
    p95: percentileBetween(from, after, 0.95),
  };
}

/**
 * A percentile of what came between two readings, in milliseconds; undefined without a histogram.
 * @param share 0 to 1
 */
export function percentileBetween(
  before: TrafficCounters,
  after: TrafficCounters,
  share: number,
): number | undefined {
  const from = wasReset(before, after) ? [] : before.buckets;
  const earlier = new Map(from.map(({ le, count }) => [le, count]));
  const added = after.buckets.map(({ le, count }) => ({ le, count: count - (earlier.get(le) ?? 0) }));
  return percentile(added, share);
}

/** Whether the service was started again between two readings. */
export const wasReset = (before: TrafficCounters, after: TrafficCounters): boolean =>
  after.requests < before.requests ||
  after.errors < before.errors ||
  before.buckets.some(
    ({ le, count }) => (after.buckets.find((bucket) => bucket.le === le)?.count ?? 0) < count,
  );

/** Linear inside its bucket, as Prometheus does it; beyond the last finite bound it is that bound. Milliseconds. */
function percentile(buckets: readonly { le: number; count: number }[], share: number): number | undefined {
  const last = buckets.at(-1);
  if (last?.le !== Infinity || !(last.count > 0)) return undefined;
  const rank = share * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  const below = buckets[index - 1];
  if (!bucket) return undefined;
  if (bucket.le === Infinity) return below && below.le * 1_000;
  const [low, lowCount] = [below?.le ?? 0, below?.count ?? 0];
  return (low + (bucket.le - low) * ((rank - lowCount) / (bucket.count - lowCount))) * 1_000;
}
