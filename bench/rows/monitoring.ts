import type { Activities } from '../../src/activities/index.ts';
import type { Deps } from '../../src/activities/deps.ts';
import { monitorActivities } from '../../src/activities/metrics/monitor.ts';
import type { RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { startWorker } from '../../src/workers/worker.ts';
import { instantActivities } from '../support/instant.ts';
import type { Measure } from '../support/measure.ts';
import { until } from '../support/measure.ts';
import { namespace, startBenchServer } from '../support/server.ts';

/** Row 4: history events that 30 minutes of monitoring add, with a look every ten seconds. */
export async function monitoring(): Promise<Measure[]> {
  const server = await startBenchServer();
  const looks = { taken: 0 };
  const activities: Activities = {
    ...instantActivities({
      configure: (config) => {
        const production = config.environments['production']!;
        const monitor = { ...production.monitor, for: 30 * 60_000, every: 10_000 };
        return {
          ...config,
          environments: { ...config.environments, production: { ...production, monitor } },
        };
      },
    }),
    ...monitorActivities(leaping(looks)),
  };
  const worker = await startWorker({ connection: server.connection, namespace, activities });
  try {
    const handle = await server.client.workflow.start('release', {
      taskQueue,
      workflowId: 'release/watched/v1.0.0',
      args: [{ product: 'watched', by: 'carol' }],
    });
    await until(
      'the gate is open',
      30_000,
      async () => (await handle.query<RunStatus>('status')).gates.length > 0,
      50,
    );
    await handle.signal('approve', { by: 'alice' });
    await handle.result();
    const events = (await handle.fetchHistory()).events ?? [];
    const scheduled = events.map(
      ({ activityTaskScheduledEventAttributes: attributes }) => attributes?.activityType?.name,
    );
    const begin = scheduled.indexOf('monitor');
    // Up to the next thing that the run does; its own label and record belong to the step.
    const end = scheduled.findIndex((name, index) => index > begin && name !== undefined);
    const added = (end === -1 ? events.length : end) - begin;
    return [
      {
        row: 4,
        what: 'events of 30 minutes of monitoring',
        bar: '≤ 10',
        measured: String(added),
        ok: begin !== -1 && added <= 10,
        from: `${looks.taken} looks`,
      },
    ];
  } finally {
    await worker.stop();
    await server.stop();
  }
}

/** A clock whose minutes are over at once: what is counted is events and not time. */
function leaping(looks: { taken: number }): Deps {
  let leapt = 0;
  const deps: Pick<Deps, 'clock' | 'driver' | 'health' | 'metrics'> = {
    clock: {
      now: () => Date.now() + leapt,
      wait: (ms) => {
        leapt += ms;
        return new Promise((resolve) => setTimeout(resolve, 1));
      },
    },
    driver: () =>
      ({
        addresses: () => Promise.resolve({ public: 'http://a', candidate: 'http://b', metrics: 'http://c' }),
      }) as unknown as ReturnType<Deps['driver']>,
    health: {
      probe: () => {
        looks.taken += 1;
        return Promise.resolve({ ok: true, status: 200, latency: 1, reason: undefined });
      },
    },
    metrics: {
      read: () =>
        Promise.resolve({
          kind: 'counters',
          counters: { at: leapt, requests: looks.taken * 100, errors: 0, buckets: [] },
        }),
    },
  };
  return deps as Deps;
}
