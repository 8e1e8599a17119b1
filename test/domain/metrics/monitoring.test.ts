import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSample } from '../../../src/domain/metrics/judgement.ts';
import type { MonitorLimits } from '../../../src/domain/metrics/judgement.ts';
import {
  baselineOf,
  describeObservation,
  judgeObservations,
  judgeSight,
  observe,
} from '../../../src/domain/metrics/monitoring.ts';
import type { Look } from '../../../src/domain/metrics/monitoring.ts';
import { trafficBetween } from '../../../src/domain/environments/traffic.ts';
import type { TrafficCounters, TrafficSample } from '../../../src/domain/environments/traffic.ts';

const counters = (
  requests: number,
  errors = 0,
  buckets: readonly (readonly [number, number])[] = [],
): TrafficCounters => ({
  at: 1_000,
  requests,
  errors,
  buckets: buckets.map(([le, count]) => ({ le, count })),
});

describe('trafficBetween', () => {
  it.each<
    [string, TrafficCounters, TrafficCounters, number, Partial<TrafficSample> & Record<string, unknown>]
  >([
    [
      'counts the interval',
      counters(100, 10),
      counters(150, 12),
      5,
      { kind: 'data', requests: 50, errorRate: 0.04, p95: undefined },
    ],
    [
      'says nothing without requests',
      counters(100),
      counters(100),
      0,
      { kind: 'no-data', reason: 'no requests' },
    ],
    [
      'says nothing on too few',
      counters(100),
      counters(104),
      5,
      { kind: 'no-data', reason: 'only 4 requests; it takes 5 to judge by' },
    ],
    [
      'takes all of a counter that began anew',
      counters(100, 50),
      counters(20, 1),
      5,
      { kind: 'data', requests: 20, errorRate: 0.05 },
    ],
    [
      'sees a new beginning that only the histogram shows',
      counters(10, 0, [
        [1, 10],
        [Infinity, 10],
      ]),
      counters(12, 0, [
        [1, 2],
        [Infinity, 12],
      ]),
      5,
      { kind: 'data', requests: 12 },
    ],
    [
      'finds the percentile inside its bucket',
      counters(0),
      counters(100, 0, [
        [0.25, 90],
        [0.5, 100],
        [Infinity, 100],
      ]),
      5,
      { p95: 375 },
    ],
    [
      'takes only what the interval added',
      counters(100, 0, [
        [0.1, 0],
        [1, 100],
        [Infinity, 100],
      ]),
      counters(200, 0, [
        [0.1, 100],
        [1, 200],
        [Infinity, 200],
      ]),
      5,
      { p95: 95 },
    ],
    [
      'does not guess beyond the last bound',
      counters(0),
      counters(10, 0, [
        [0.1, 0],
        [Infinity, 10],
      ]),
      5,
      { p95: 100 },
    ],
    [
      'knows no percentile without a whole histogram',
      counters(0),
      counters(10, 0, [[0.1, 10]]),
      5,
      { p95: undefined },
    ],
    ['survives nonsense', counters(0), counters(Number.NaN), 0, { kind: 'no-data' }],
  ])('%s', (_, before, after, minRequests, expected) => {
    expect(trafficBetween(before, after, minRequests)).toMatchObject({ at: 1_000, ...expected });
  });

  it('keeps rates between 0 and 1 and percentiles inside the histogram, whatever is read', () => {
    const reading = fc.record({
      at: fc.nat(),
      requests: fc.double(),
      errors: fc.double(),
      buckets: fc.array(fc.record({ le: fc.constantFrom(0.1, 0.5, 1, Infinity), count: fc.double() })),
    });
    fc.assert(
      fc.property(reading, reading, fc.nat(100), (before, after, minRequests) => {
        const sample = trafficBetween(before, after, minRequests);
        if (sample.kind === 'no-data') return;
        expect(sample.errorRate).toBeGreaterThanOrEqual(0);
        expect(sample.errorRate).toBeLessThanOrEqual(1);
        expect(sample.requests).toBeGreaterThanOrEqual(minRequests);
      }),
    );
  });
});

const limits: MonitorLimits = {
  maxErrorRate: 0.05,
  maxLatency: 2_000,
  maxLatencyRatio: 2,
  breachesInARow: 2,
  unhealthyAfter: 3,
};
const good: TrafficSample = { kind: 'data', at: 0, requests: 100, errorRate: 0.01, p95: 100 };
const none: TrafficSample = { kind: 'no-data', at: 0, reason: 'connection refused' };
const failing: TrafficSample = { ...good, errorRate: 0.2 };
const slow: TrafficSample = { ...good, p95: 250 };
const baseline = { p95: 100 };

describe('judgeSample', () => {
  it.each<[string, TrafficSample[], boolean[], Record<string, unknown>]>([
    ['goes on without any observation', [], [], { action: 'continue', reason: 'nothing was measured yet' }],
    [
      'goes on while all is well',
      [good, good],
      [true, true],
      { action: 'continue', reason: '100 requests, 1% errors, p95 100ms' },
    ],
    [
      'waits for the second breach',
      [good, failing],
      [],
      {
        action: 'continue',
        reason: 'error rate 20% is over 5%, 1 of the 2 samples in a row that are a breach',
      },
    ],
    [
      'sees errors',
      [failing, failing],
      [],
      {
        action: 'breach',
        cause: 'errors',
        reason: 'error rate 20% is over 5%, 2 samples in a row',
        facts: { errorRate: 0.2, requests: 100 },
      },
    ],
    [
      'takes exactly the limit as good',
      [
        { ...good, errorRate: 0.05 },
        { ...good, errorRate: 0.05 },
      ],
      [],
      { action: 'continue' },
    ],
    ['forgets a breach after a good sample', [failing, good, failing], [], { action: 'continue' }],
    [
      'sees that it became slow',
      [slow, slow],
      [],
      {
        action: 'breach',
        cause: 'latency',
        reason: 'p95 250ms is 2.5 times that of the version before, over 2 times, 2 samples in a row',
        facts: { latencyRatio: 2.5 },
      },
    ],
    [
      'sees that it is slow at all',
      [
        { ...good, p95: 2_500 },
        { ...good, p95: 2_500 },
      ],
      [],
      { action: 'breach', cause: 'latency', reason: 'p95 2.5s is over 2s, 2 samples in a row' },
    ],
    [
      'counts breaches of different kinds together',
      [slow, failing],
      [],
      { action: 'breach', cause: 'errors' },
    ],
    [
      'says that there is no data',
      [good, none],
      [],
      { action: 'continue', reason: 'no data: connection refused' },
    ],
    [
      'does not let missing data wipe out evidence',
      [failing, none, none, failing],
      [],
      { action: 'breach', cause: 'errors' },
    ],
    [
      'lets three failed health checks pass',
      [good],
      [true, false, false, false],
      { action: 'continue', reason: '3 health checks in a row failed, more than 3 are a breach' },
    ],
    [
      'takes more than three in a row as evidence',
      [good],
      [true, false, false, false, false],
      { action: 'breach', cause: 'health', reason: '4 health checks in a row failed' },
    ],
    ['counts only those in a row', [good], [false, false, false, true, false], { action: 'continue' }],
  ])('[RW-10] %s', (_, samples, health, expected) => {
    expect(judgeSample(samples, health, baseline, limits)).toMatchObject(expected);
  });

  it('does not take noise of a very quick service for slowness', () => {
    const quick: TrafficSample = { ...good, p95: 9 };
    expect(judgeSample([quick, quick], [], { p95: 2 }, limits).action).toBe('continue');
  });

  it('has no ratio without a baseline', () => {
    for (const missing of [undefined, { p95: undefined }, { p95: 0 }])
      expect(judgeSample([slow, slow], [], missing, limits).action).toBe('continue');
  });

  const sample = fc.oneof(
    fc.constantFrom(good, failing, slow, none),
    fc.record({
      kind: fc.constant('data' as const),
      at: fc.nat(),
      requests: fc.nat(),
      errorRate: fc.double({ min: 0, max: 1, noNaN: true }),
      p95: fc.option(fc.nat(5_000), { nil: undefined }),
    }),
  );
  const anyLimits = fc
    .record({
      breachesInARow: fc.integer({ min: 1, max: 5 }),
      unhealthyAfter: fc.integer({ min: 1, max: 5 }),
    })
    .map((some) => ({ ...limits, ...some }));

  it('[BY-4] missing evidence never makes a breach, nor hides one', () => {
    fc.assert(
      fc.property(
        fc.array(sample),
        fc.array(fc.boolean()),
        anyLimits,
        fc.array(fc.nat()),
        (samples, health, some, places) => {
          const gaps = [...samples];
          for (const place of places) gaps.splice(place % (gaps.length + 1), 0, none);
          const [with_, without] = [
            judgeSample(gaps, health, baseline, some),
            judgeSample(samples, health, baseline, some),
          ];
          expect(with_.action).toBe(without.action);
          expect(with_.facts).toEqual(without.facts);
          expect(
            judgeSample(
              gaps.map(() => none),
              [],
              baseline,
              some,
            ).action,
          ).toBe('continue');
        },
      ),
    );
  });

  it('a breach needs n in a row', () => {
    fc.assert(
      fc.property(fc.array(sample), fc.array(fc.boolean()), anyLimits, (samples, health, some) => {
        const judgement = judgeSample(samples, health, baseline, some);
        if (judgement.action === 'continue') return;
        if (judgement.cause === 'health') {
          expect(health.slice(-(some.unhealthyAfter + 1))).toEqual(
            Array(some.unhealthyAfter + 1).fill(false),
          );
          return;
        }
        const newest = samples.filter(({ kind }) => kind === 'data').slice(-some.breachesInARow);
        expect(newest).toHaveLength(some.breachesInARow);
        // Each of them alone is a breach where one is enough.
        for (const one of newest)
          expect(judgeSample([one], [], baseline, { ...some, breachesInARow: 1 }).action).toBe('breach');
      }),
    );
  });
});

describe('observe and judgeObservations', () => {
  const look = (some: Partial<Look>): Look => ({
    at: 7,
    health: { ok: true, reason: undefined },
    reading: { kind: 'counters', counters: counters(200, 40) },
    before: counters(100),
    monitor: { minRequests: 5 },
    ...some,
  });
  const policy = { monitor: limits, health: limits, baseline };

  it.each<[string, Partial<Look>, string]>([
    ['a good look', {}, 'healthy; 100 requests, 40% errors'],
    ['no source of numbers', { reading: undefined }, 'healthy; no data: no metrics are configured'],
    [
      'a provider that fails',
      { reading: { kind: 'error', reason: 'HTTP 500' } },
      'healthy; no data: HTTP 500',
    ],
    [
      'the first reading',
      { before: undefined },
      'healthy; no data: the first reading has nothing to compare with',
    ],
    [
      'too few requests',
      { monitor: { minRequests: 101 } },
      'healthy; no data: only 100 requests; it takes 101 to judge by',
    ],
    [
      'a failed health check',
      { health: { ok: false, reason: 'HTTP 503' } },
      'not healthy: HTTP 503; 100 requests, 40% errors',
    ],
  ])('describes %s', (_, some, line) => {
    expect(describeObservation(observe(look(some)))).toBe(line);
  });

  it('[RW-14] turns evidence into an issue, also when it was stored as JSON in between', () => {
    const stored = (some: Partial<Look>, times: number) =>
      JSON.parse(JSON.stringify(Array(times).fill(observe(look(some))))) as ReturnType<typeof observe>[];
    expect(judgeObservations(stored({}, 2), policy)).toMatchObject({
      action: 'breach',
      issue: { kind: 'error-rate', errorRate: 0.4 },
    });
    expect(judgeObservations(stored({}, 1), policy)).toMatchObject({ action: 'continue' });
    expect(
      judgeObservations(stored({ reading: undefined, health: { ok: false, reason: 'HTTP 503' } }, 4), policy),
    ).toEqual({
      action: 'breach',
      reason: '4 health checks in a row failed',
      issue: {
        kind: 'health-failed',
        detail: '4 health checks in a row failed, the last one with: HTTP 503',
      },
    });
    expect(judgeObservations([], policy)).toEqual({ action: 'continue', reason: 'nothing was measured yet' });
  });

  it('compares only with a baseline that says something', () => {
    const histogram = [
      [0.1, 100],
      [Infinity, 100],
    ] as const;
    expect(baselineOf(counters(100, 0, histogram))).toEqual({ p95: 95 });
    expect(baselineOf(counters(19, 0, histogram))).toBeUndefined();
    expect(baselineOf(counters(100))).toBeUndefined();
  });
});

describe('[BY-4] whether enough was seen to say that a version holds', () => {
  const unread = (failed: number, taken: number) =>
    `the metrics could not be read in ${failed} of ${taken} samples`;
  it.each<[number, number, number, boolean, string | undefined]>([
    // taken, without data, of those unread
    [10, 0, 0, true, undefined],
    [0, 0, 0, true, undefined],
    [10, 4, 0, true, '4 of 10 samples had no traffic data'],
    // Quiet traffic is seen to be quiet.
    [10, 10, 0, true, '10 of 10 samples had no traffic data'],
    [10, 6, 5, true, '6 of 10 samples had no traffic data, 5 of them because the metrics could not be read'],
    [10, 5, 5, true, '5 of 10 samples had no traffic data, 5 of them because the metrics could not be read'],
    // More often than not is enough, and need not be always.
    [10, 6, 6, false, unread(6, 10)],
    [11, 6, 6, false, unread(6, 11)],
    [10, 10, 10, false, unread(10, 10)],
    [1, 1, 1, false, unread(1, 1)],
    [2, 1, 1, true, '1 of 2 samples had no traffic data, 1 of them because the metrics could not be read'],
  ])('of %i samples %i without data, %i unread: %s', (taken, blind, failed, ok, reason) => {
    expect(judgeSight({ taken, blind, failed, metrics: true })).toEqual({ ok, reason });
  });

  it('health alone is enough where there are no metrics', () => {
    expect(judgeSight({ taken: 3, blind: 3, failed: 3, metrics: false })).toEqual({
      ok: true,
      reason: 'only its health was watched: no metrics are configured',
    });
  });
});
