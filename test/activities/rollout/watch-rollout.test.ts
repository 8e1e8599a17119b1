import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../../src/activities/deps.ts';
import type { Watched, WatchRequest } from '../../../src/activities/rollout/watch.ts';
import { rolloutActivities } from '../../../src/activities/rollout/watch-rollout.ts';
import type { EffectOutcome } from '../../../src/domain/run/effect-outcome.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { Reading } from '../../../src/domain/metrics/reading.ts';
import { firstState } from '../../../src/domain/rollout/state.ts';

const every = 10_000;
/** Ends with what happens before the n-th look: how far the clock goes, in milliseconds. */
let before: (look: number) => number;
let measure: (look: number, version: string) => Reading;
let looks = 0;
let addresses: { public: string; candidate: string };
beforeEach(() => {
  looks = 0;
  before = () => every;
  measure = () => ({ kind: 'value', value: 0 });
  addresses = { public: 'http://public', candidate: 'http://candidate' };
});

/** Everything that is looked at; what is decided is the real thing. */
function deps(config: ProductConfig): Deps {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const driver = {
    addresses: () => Promise.resolve(addresses),
    weight: () => Promise.resolve(undefined),
  };
  const world: Pick<
    Deps,
    'catalog' | 'configurations' | 'clock' | 'driver' | 'health' | 'metricSource' | 'metrics'
  > = {
    catalog: { load: () => Promise.resolve({}) } as unknown as Deps['catalog'],
    configurations: { keep: () => Promise.resolve(), find: () => Promise.resolve(config) },
    clock: {
      now: () => now,
      wait: () => {
        looks += 1;
        now += before(looks);
        return Promise.resolve();
      },
    },
    driver: () => driver as unknown as ReturnType<Deps['driver']>,
    health: { probe: () => Promise.resolve({ ok: true, status: 200, latency: 1, reason: undefined }) },
    metricSource: { open: () => ({ read: (_, { version }) => Promise.resolve(measure(looks, version)) }) },
    metrics: { read: () => Promise.resolve({ kind: 'no-data', reason: 'none' }) },
  };
  return world as Deps;
}

/** Watches one step of 100 %, ten minutes long unless something else is configured. */
function watch(more: object = {}): Promise<EffectOutcome<Watched>> {
  const parsed = parseProductConfig(
    JSON.stringify({
      product: 'shop',
      repository: { path: '.' },
      environments: {
        staging: { process: { start: 'node server.js', port: 4100 } },
        production: { process: { start: 'node server.js', port: 4200 }, approval: { from: ['alice'] } },
      },
      rollout: { steps: [{ weight: 100, for: '10m' }] },
      ...more,
    }),
    'sluice.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { config, digest } = parsed;
  const target = {
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    commit: 'c0ffee',
    previousVersion: '1.0.0',
  };
  const request: WatchRequest = {
    target,
    baseline: { version: '1.0.0', commit: 'beef' },
    state: firstState,
    asking: false,
    lastKnown: {},
  };
  return new MockActivityEnvironment().run<[], EffectOutcome<Watched>, () => Promise<EffectOutcome<Watched>>>(
    () =>
      rolloutActivities(deps(config)).watchRollout(
        { step: 'production.watch-100', try: 1, product: 'shop', configuration: digest },
        request,
      ),
  );
}

describe('a step is watched for its time', () => {
  it('by looks', async () => {
    expect(await watch()).toMatchObject({ ok: true, value: { decision: { action: 'complete' } } });
    expect(looks).toBe(60);
  });

  it('and a clock that is set forward, or a host that slept, does not stand for having watched', async () => {
    before = (look) => (look === 3 ? 60 * 60_000 : every);
    expect(await watch()).toMatchObject({ ok: true, value: { decision: { action: 'complete' } } });
    expect(looks).toBeGreaterThan(50);
  });

  it('[BY-4] a clock that is set does not bring the question what to do any nearer or further', async () => {
    measure = () => ({ kind: 'error', reason: 'gone' });
    before = (look) => (look === 3 ? -60 * 60_000 : every);
    const outcome = await watch();
    expect(outcome).toMatchObject({ value: { decision: { action: 'ask', blind: true } } });
    expect(looks).toBeLessThan(200);
  });
});

describe('[BG-11] a comparison with the version before', () => {
  const rule = {
    name: 'slower',
    query: 'latency',
    compare: { worse: 'higher', significance: 0.01 },
    over: '1m',
    minSamples: 10,
    failureLimit: 1,
  };
  const hour = {
    rollout: { steps: [{ weight: 100, for: '1h' }] },
    metrics: { prometheus: { url: 'http://prometheus' }, rules: [rule] },
  };
  /** Noise as a window of a minute shows it that is read every ten seconds. */
  function noisy(seed: number, worse = 0) {
    let state = seed;
    const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    const seen: Record<string, number[]> = {};
    measure = (_, version) => {
      const values = [...(seen[version] ?? []), random() + (version === '1.1.0' ? worse : 0)].slice(-6);
      seen[version] = values;
      return { kind: 'value', value: values.reduce((sum, value) => sum + value, 0) / values.length };
    };
  }

  it('does not take a good version back by the noise of an hour', async () => {
    let alarms = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      noisy(seed * 7_919);
      if (!(await watch(hour)).ok) alarms += 1;
    }
    // One in a hundred is what the rule accepts.
    expect(alarms).toBeLessThanOrEqual(2);
  });

  it('takes one back within minutes that is worse', async () => {
    noisy(7_919, 0.5);
    expect(await watch(hour)).toMatchObject({ ok: false, value: { decision: { action: 'roll-back' } } });
    expect(looks).toBeLessThan(90);
  });
});

it('[SI-10] a version that is in no slot any more is not healthy because the one that serves is', async () => {
  addresses = { public: 'http://public', candidate: 'http://public' };
  const outcome = await watch();
  expect(outcome).toMatchObject({
    ok: false,
    value: { decision: { action: 'roll-back' } },
    summary: expect.stringContaining('v1.1.0 runs in no slot of production') as string,
  });
});
