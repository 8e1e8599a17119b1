import type { Measure, Sizes } from '../support/measure.ts';
import { ms, ratio } from '../support/measure.ts';
import type { BenchServer } from '../support/server.ts';
import { startBenchServer } from '../support/server.ts';
import { approveAll, startWaiting } from '../support/waiting-runs.ts';
import { spawnWorker } from '../support/worker-child.ts';

/** Row 6: the worker is killed while runs wait, and started again: how long until all have gone on, against the SDK's own settings. */
export async function recovery({ quick }: Sizes): Promise<Measure[]> {
  const count = quick ? 50 : 200;
  const ours = await recover('sluice', count);
  const theirs = await recover('defaults', count);
  return [
    ratio(
      6,
      `${count} runs after the worker’s death`,
      0.6,
      ours,
      theirs,
      `${ms(ours)} against ${ms(theirs)}`,
    ),
  ];
}

/** On a server of its own, so that neither pays for what the other left. */
async function recover(settings: 'sluice' | 'defaults', count: number): Promise<number> {
  const server: BenchServer = await startBenchServer();
  try {
    const first = await spawnWorker(server, settings);
    await first.work();
    const handles = await startWaiting(server, settings, count);
    // Ready before the first one dies: what is compared is the waiting and replaying, and not how fast Node.js starts.
    const second = await spawnWorker(server, settings);
    await first.kill();
    await second.work();
    const time = await approveAll(handles, second.wentOn);
    await second.kill();
    return time;
  } finally {
    await server.stop();
  }
}
