import type { Measure, Sizes } from '../support/measure.ts';
import { startBenchServer } from '../support/server.ts';
import { approveAll, startWaiting } from '../support/waiting-runs.ts';
import { spawnWorker } from '../support/worker-child.ts';

const limit = 1_024;

/** Row 5: many runs wait in one worker, which is then killed; all go on in the next one. */
export async function waiting({ quick }: Sizes): Promise<Measure[]> {
  const count = quick ? 300 : 2_000;
  const server = await startBenchServer();
  try {
    const first = await spawnWorker(server, 'sluice');
    await first.work();
    const handles = await startWaiting(server, 'waiting', count);
    const { resident, peak } = await first.memory();
    const second = await spawnWorker(server, 'sluice');
    await first.kill();
    await second.work();
    const time = await approveAll(handles, second.wentOn);
    const after = await second.memory();
    await second.kill();
    return [
      {
        row: 5,
        what: `${count} runs waiting in one worker`,
        bar: `≤ ${limit} MB`,
        measured: `${peak.toFixed(0)} MB`,
        ok: peak <= limit,
        from: `resident ${resident.toFixed(0)} MB while they wait; the measure is the most it ever was`,
      },
      {
        row: 5,
        what: 'all go on after a restart',
        bar: `${count} runs`,
        measured: `${second.wentOn.size} runs`,
        ok: second.wentOn.size === count,
        from: `in ${(time / 1_000).toFixed(1)} s after all were approved at once, with ${after.peak.toFixed(0)} MB at most`,
      },
    ];
  } finally {
    await server.stop();
  }
}
