import { Context } from '@temporalio/activity';
import type { Deps } from '../../../src/activities/deps.ts';
import type { Activities } from '../../../src/activities/index.ts';
import type { Clock, Driver } from '../../../src/activities/ports/index.ts';
import { rolloutActivities } from '../../../src/activities/rollout/watch-rollout.ts';
import { done } from './outcomes.ts';
import type { Surroundings } from './surroundings.ts';
import type { SimulatedWorld } from './world.ts';

type Own = 'watchRollout' | 'monitor';

/** A rollout is really watched; an environment is looked after for as long as the world's time passes. */
export function simulatedWatching(world: SimulatedWorld, around: Surroundings): Pick<Activities, Own> {
  const rollouts = rolloutActivities(evidenceOf(world, around.watch));
  return {
    watchRollout: (ref, request) =>
      world.perform('watchRollout', ref, request, () => rollouts.watchRollout(ref, request)),
    monitor: (ref, request) =>
      world.perform('monitor', ref, request, async () => {
        const { monitor } = world.environment(request.target.environment);
        if (world.timePasses) await watchFor(monitor.for, around);
        world.log.push('watched');
        return done('watched for 1m, last: 120 requests, 0% errors', {
          samples: ['12:00:00 120 requests, 0% errors'],
        });
      }),
  };
}

/** Heartbeats count by the server's clock, which leaps: each has to arrive before the next leap. */
async function watchFor(ms: number, around: Surroundings): Promise<void> {
  for (let left = ms; left > 0; left -= 4_000) {
    Context.current().heartbeat();
    await new Promise((resolve) => setTimeout(resolve, 15));
    await Promise.race([around.sleep(Math.min(4_000, left)), Context.current().cancelled]);
  }
}

/** What the real watch looks at: everything that it decides is the real thing. */
export function evidenceOf(world: SimulatedWorld, clock: Clock = leaping()): Deps {
  const looks: Pick<
    Deps,
    'catalog' | 'configurations' | 'clock' | 'driver' | 'health' | 'metricSource' | 'alerts' | 'metrics'
  > = {
    catalog: { load: () => Promise.resolve({}) } as unknown as Deps['catalog'],
    configurations: { keep: () => Promise.resolve(), find: () => Promise.resolve(world.config) },
    clock,
    driver: () =>
      ({
        addresses: () =>
          Promise.resolve({
            public: 'http://public',
            candidate: 'http://candidate',
            metrics: 'http://router',
          }),
        weight: () => world.weight(),
        shift: ({ weight }: { weight: number }) => {
          world.log.push(`weight set again: ${weight} %`);
          return world.setAgain();
        },
      }) as unknown as Driver,
    health: {
      probe: () =>
        Promise.resolve({
          ok: world.healthy,
          status: world.healthy ? 200 : 503,
          latency: 1,
          reason: world.healthy ? undefined : 'HTTP 503',
        }),
    },
    metricSource: {
      open: () => ({ read: (rule, { version }) => Promise.resolve(world.measure(rule.name, version)) }),
    },
    alerts: { firing: () => Promise.resolve({ kind: 'alerts', firing: world.alerts }) },
    metrics: {
      read: () =>
        Promise.resolve({
          kind: 'counters',
          counters: { at: clock.now(), requests: (world.requests += 100), errors: 0, buckets: [] },
        }),
    },
  };
  return looks as Deps;
}

/** The watch has a clock of its own, which leaps: the run does not look at the time while it waits for it. */
function leaping(): Clock {
  let leapt = 0;
  return {
    now: () => Date.now() + leapt,
    wait: async (ms) => {
      leapt += ms;
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 3)), Context.current().cancelled]);
    },
  };
}
