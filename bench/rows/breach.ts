import type { Activities } from '../../src/activities/index.ts';
import { systemClock } from '../../src/activities/wait.ts';
import { defaultMetrics } from '../../src/domain/metrics/default-metrics.ts';
import type { RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { startWorker } from '../../src/workers/worker.ts';
import { instantActivities } from '../support/instant.ts';
import type { Measure, Sizes } from '../support/measure.ts';
import { median, ms, now, until } from '../support/measure.ts';
import { namespace, startBenchServer } from '../support/server.ts';

/** Milliseconds between two looks. */
const every = 1_000;

/** Row 3: from the moment at which the metrics show a breach to the start of the rollback's effect. */
export async function breach({ quick }: Sizes): Promise<Measure[]> {
  const server = await startBenchServer();
  const breached = new Map<string, number>();
  const rolledBack = new Map<string, number>();
  const instant = instantActivities({
    watch: systemClock,
    furnish: (world) => {
      world.measure = () => ({ kind: 'value', value: breached.has(world.product) ? 0.5 : 0 });
    },
    configure: (config) => ({
      ...config,
      rollout: {
        every,
        askAfter: 60_000,
        steps: [
          { weight: 10, for: 600_000, minRequests: 0, confirm: false },
          { weight: 100, for: 600_000, minRequests: 0, confirm: false },
        ],
      },
      // One bad look is evidence: what is measured is the way from there.
      metrics: { rules: defaultMetrics.rules.slice(0, 1).map((rule) => ({ ...rule, failureLimit: 0 })) },
    }),
  });
  const activities: Activities = {
    ...instant,
    rollBack: (_ref, { target }) => {
      rolledBack.set(target.product, now());
      return Promise.resolve({ ok: true, summary: 'rolled back at once' });
    },
  };
  const worker = await startWorker({ connection: server.connection, namespace, activities });
  const times: number[] = [];
  try {
    for (let round = 0; round < (quick ? 3 : 15); round += 1) {
      const product = `breach-${round}`;
      const handle = await server.client.workflow.start('release', {
        taskQueue,
        workflowId: `release/${product}/v1.0.0`,
        args: [{ product, by: 'carol' }],
      });
      const status = () => handle.query<RunStatus>('status');
      await until('the gate is open', 30_000, async () => (await status()).gates.length > 0, 50);
      await handle.signal('approve', { by: 'alice' });
      await until(
        'it is rolled out',
        30_000,
        async () => (await status()).rollout?.weights['1.0.0'] === 10,
        50,
      );
      // At a moment of its own in each round, between two looks.
      await new Promise((resolve) => setTimeout(resolve, every + ((round * 137) % every)));
      breached.set(product, now());
      await until('it is rolled back', 30_000, () => rolledBack.has(product));
      times.push(rolledBack.get(product)! - breached.get(product)!);
    }
  } finally {
    await worker.stop();
    await server.stop();
  }
  const worst = Math.max(...times);
  const bar = every + 1_000;
  return [
    {
      row: 3,
      what: 'breach visible → rollback started',
      bar: '≤ one interval + 1 s',
      measured: `${(worst / bar).toFixed(2)} ×`,
      ok: worst <= bar,
      from: `at worst ${ms(worst)}, median ${ms(median(times))} of ${times.length}, looked at every ${ms(every)}`,
    },
  ];
}
