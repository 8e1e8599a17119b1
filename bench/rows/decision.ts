import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { compose } from '../../src/workers/compose.ts';
import { logTo } from '../../src/workers/log/worker-log.ts';
import { startWorker } from '../../src/workers/worker.ts';
import type { Measure, Sizes } from '../support/measure.ts';
import { median, ms, now, ratio, until } from '../support/measure.ts';
import type { BenchServer } from '../support/server.ts';
import { bareQueue, namespace, startBareWorker, startBenchServer } from '../support/server.ts';
import { createSmallProduct } from '../support/small-product.ts';

/** Row 2: from the approval to the first act of production's first command, with everything real; against signal → activity. */
export async function decision({ quick }: Sizes): Promise<Measure[]> {
  const server = await startBenchServer();
  const product = await createSmallProduct(path.join(server.directory, 'product'));
  const directory = path.join(server.directory, 'state');
  const composed = compose({
    catalog: [product.config],
    directory,
    env: process.env,
    soleHost: true,
    client: () => server.client,
    log: logTo(path.join(directory, 'worker.log')),
  });
  const worker = await startWorker({
    connection: server.connection,
    namespace,
    activities: composed.activities,
  });
  const bare = await startBareWorker(server);
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    const rounds = quick ? 7 : 25;
    const warmUp = 3;
    for (let round = 0; round < warmUp + rounds; round += 1) {
      const real = await approveOnce(server, product.started, round);
      const plain = await bareOnce(server, round);
      if (round < warmUp) continue;
      ours.push(real);
      theirs.push(plain);
    }
    const [mine, bareMedian] = [median(ours), median(theirs)];
    return [
      ratio(
        2,
        'decision → next effect’s process',
        2,
        mine,
        bareMedian,
        `${ms(mine)} against ${ms(bareMedian)}, median of ${rounds}`,
      ),
    ];
  } finally {
    await worker.stop();
    await bare.stop();
    composed.close();
    await product.stop();
    await server.stop();
  }
}

async function approveOnce({ client }: BenchServer, started: string, round: number): Promise<number> {
  const handle = await client.workflow.start('release', {
    taskQueue,
    workflowId: `release/small-${round}/v0.1.0`,
    args: [{ product: 'small', by: 'carol' }],
  });
  await until(
    'the gate opens',
    60_000,
    async () => (await handle.query<RunStatus>('status')).gates.some((gate) => gate.id === 'production'),
    50,
  );
  const before = (await lines(started)).length;
  await quiet();
  const decided = now();
  await handle.signal('approve', { by: 'alice' });
  await until('the backup starts', 30_000, async () => (await lines(started)).length > before, 20);
  const at = Number((await lines(started)).at(-1)) / 1e6;
  const { outcome, reason } = (await handle.result()) as { outcome: string; reason: string };
  if (outcome !== 'failed') throw new Error(`the release ended as ${outcome}: ${reason}`);
  return at - decided;
}

async function bareOnce({ client }: BenchServer, round: number): Promise<number> {
  const handle = await client.workflow.start('bareDecision', {
    taskQueue: bareQueue,
    workflowId: `bare-decision-${round}`,
  });
  await quiet();
  const decided = now();
  await handle.signal('approve');
  return ((await handle.result()) as number) - decided;
}

/** Lets what came before settle, alike for both. */
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

async function lines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}
