import type { Activities } from '../../src/activities/index.ts';
import { monitorActivities } from '../../src/activities/metrics/monitor.ts';
import type { HealthProber } from '../../src/activities/ports/index.ts';
import type { RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { startWorker } from '../../src/workers/worker.ts';
import type { InstantOptions } from '../support/instant.ts';
import { instantActivities, instantWorld } from '../support/instant.ts';
import type { Measure } from '../support/measure.ts';
import { until } from '../support/measure.ts';
import { namespace, startBenchServer } from '../support/server.ts';
import { evidenceOf } from '../../test/support/simulated/watching.ts';

/** Row 4: history events that 30 minutes of monitoring add, with a look every ten seconds. */
export async function monitoring(): Promise<Measure[]> {
  const server = await startBenchServer();
  const options: InstantOptions = {
    configure: (config) => {
      const production = config.environments['production']!;
      const monitor = { ...production.monitor, for: 30 * 60_000, every: 10_000 };
      return {
        ...config,
        environments: { ...config.environments, production: { ...production, monitor } },
      };
    },
  };
  const evidence = evidenceOf(instantWorld('watched', options));
  let looks = 0;
  const health: HealthProber = {
    probe: (...args) => {
      looks += 1;
      return evidence.health.probe(...args);
    },
  };
  const activities: Activities = {
    ...instantActivities(options),
    ...monitorActivities({ ...evidence, health }),
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
        from: `${looks} looks`,
      },
    ];
  } finally {
    await worker.stop();
    await server.stop();
  }
}
