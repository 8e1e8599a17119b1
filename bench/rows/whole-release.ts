import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../src/activities/index.ts';
import { createTemporalLocks } from '../../src/adapters/temporal-locks.ts';
import { lockActivities } from '../../src/activities/environments/locks.ts';
import type { Deps } from '../../src/activities/deps.ts';
import type { RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { startWorker } from '../../src/workers/worker.ts';
import { instantActivities } from '../support/instant.ts';
import type { Measure, Sizes } from '../support/measure.ts';
import { median, ms, ratio, until } from '../support/measure.ts';
import type { BenchServer } from '../support/server.ts';
import { bareQueue, namespace, startBareWorker, startBenchServer } from '../support/server.ts';

interface Sample {
  readonly time: number;
  readonly events: number;
  readonly activities: number;
  /** Bytes. */
  readonly size: number;
}

/** Row 1: a whole release of the example product, against as many activities that do nothing. */
export async function wholeRelease({ quick }: Sizes): Promise<Measure[]> {
  const server = await startBenchServer();
  const opening = new Set<string>();
  const instant = instantActivities({ onBeforeGate: (run) => opening.add(run) });
  const activities: Activities = { ...instant, ...realLocks(server) };
  const worker = await startWorker({ connection: server.connection, namespace, activities });
  const bare = await startBareWorker(server);
  try {
    const ours: Sample[] = [];
    const theirs: Sample[] = [];
    const rounds = quick ? 5 : 21;
    const warmUp = 3;
    for (let round = 0; round < warmUp + rounds; round += 1) {
      const release = await releaseOnce(server, opening, round);
      const plain = await bareOnce(server, release.activities, round);
      if (round < warmUp) continue;
      ours.push(release);
      theirs.push(plain);
    }
    const time = [
      median(ours.map((sample) => sample.time)),
      median(theirs.map((sample) => sample.time)),
    ] as const;
    const events = [
      median(ours.map((sample) => sample.events)),
      median(theirs.map((sample) => sample.events)),
    ] as const;
    const count = ours[0]!.activities;
    return [
      ratio(
        1,
        'whole release, wall time',
        1.5,
        ...time,
        `${ms(time[0])} against ${ms(time[1])} for ${count} activities, median of ${rounds}`,
      ),
      ratio(
        1,
        'whole release, history events',
        1.6,
        ...events,
        `${events[0]} against ${events[1]}; ${kib(median(ours.map(({ size }) => size)))} of history, ${kib(median(theirs.map(({ size }) => size)))} the bare one`,
      ),
    ];
  } finally {
    await worker.stop();
    await bare.stop();
    await server.stop();
  }
}

/** Environments are really locked: that belongs to what Sluice adds. */
function realLocks(server: BenchServer): Partial<Activities> {
  return lockActivities({ locks: createTemporalLocks(() => server.client) } as Deps);
}

async function releaseOnce({ client }: BenchServer, opening: Set<string>, round: number): Promise<Sample> {
  const workflowId = `release/shop-${round}/v1.0.0`;
  const started = performance.now();
  const handle = await client.workflow.start('release', {
    taskQueue,
    workflowId,
    args: [{ product: `shop-${round}`, by: 'carol' }],
  });
  await until('the gate opens', 30_000, () => opening.has(workflowId), 1);
  await until(
    'the gate is open',
    30_000,
    async () => (await handle.query<RunStatus>('status')).gates.length > 0,
    1,
  );
  await handle.signal('approve', { by: 'alice' });
  const result = (await handle.result()) as { outcome: string; reason: string };
  const time = performance.now() - started;
  if (result.outcome !== 'succeeded')
    throw new Error(`the release ended as ${result.outcome}: ${result.reason}`);
  return { time, ...(await historyOf(handle)) };
}

async function bareOnce({ client }: BenchServer, count: number, round: number): Promise<Sample> {
  const started = performance.now();
  const handle = await client.workflow.start('bareActivities', {
    taskQueue: bareQueue,
    workflowId: `bare-${round}`,
    args: [count],
  });
  await handle.result();
  return { time: performance.now() - started, ...(await historyOf(handle)) };
}

async function historyOf(handle: WorkflowHandle): Promise<Omit<Sample, 'time'>> {
  const { events = [] } = await handle.fetchHistory();
  const { historySize = 0 } = await handle.describe();
  return {
    size: historySize,
    events: events?.length ?? 0,
    activities: events?.filter((event) => event.activityTaskScheduledEventAttributes).length ?? 0,
  };
}

const kib = (bytes: number): string => `${(bytes / 1_024).toFixed(0)} KiB`;
