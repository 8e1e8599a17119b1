import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseFlow } from '../../src/domain/release/flow.ts';
import { lockIdOf, lockReleaseName } from '../../src/domain/flows/workflow-ids.ts';
import { lockSignalName } from '../../src/workflows/messages.ts';
import type { Flow, Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows({ server: 'real' });
});
afterAll(() => on.close());

const versions = ['1.1.0', '1.2.0'];

/** Two releases of one product, both waiting for approval; the first one has production at hand, for whoever wants it. */
async function twoAtTheGate(): Promise<{ world: SimulatedWorld; first: Flow; second: Flow }> {
  const world = on.world();
  const start = (version: string) =>
    on.start(world, { version }, releaseFlow.runId({ product: world.product, version }));
  const first = await start(versions[0]!);
  await first.gate('production');
  const second = await start(versions[1]!);
  await second.until((status) => status.queue?.environment === 'staging');
  // As if the first one had given staging back: so the two of them meet at production.
  await on.client.workflow
    .getHandle(lockIdOf(world.product, 'staging'))
    .signal(lockReleaseName, { run: first.handle.workflowId, runId: first.handle.firstExecutionRunId });
  await second.gate('production');
  expect(await holders(world)).toEqual([first.handle.workflowId]);
  return { world, first, second };
}

async function holders(world: SimulatedWorld): Promise<string[]> {
  const queue = await on.client.workflow
    .getHandle(lockIdOf(world.product, 'production'))
    .query<{ run: string }[]>('queue');
  return queue.map((entry) => entry.run);
}

/** Which version's release did something to production or finalised, in order, without repetition. */
function turns(world: SimulatedWorld): string[] {
  return world.calls
    .filter(({ step }) => /^(production|finalize)\./.test(step))
    .map(({ request }) => JSON.stringify(request))
    .map((request) => versions.find((version) => request.includes(`"version":"${version}"`)) ?? request)
    .filter((version, index, all) => version !== all[index - 1]);
}

/** Both end well, and whoever came second touched nothing before the other one was through. */
async function oneAfterTheOther(world: SimulatedWorld, ...runs: readonly Flow[]): Promise<void> {
  for (const run of runs) expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
  expect(turns(world).toSorted()).toEqual(versions);
  expect(world.log.filter((line) => line.startsWith('deploy production'))).toHaveLength(2);
  // Nobody holds or waits any more: the lock has ended by itself.
  await on.client.workflow.getHandle(lockIdOf(world.product, 'production')).result();
}

describe('[PL-8] production that is at hand for one run and wanted by another', () => {
  it('goes to the one that wants it, and the other one waits its turn once it is approved', async () => {
    const { world, first, second } = await twoAtTheGate();
    const monitor = world.hold('production.monitor');
    await second.say('approve', { by: 'alice' });
    await monitor.reached;
    expect(await holders(world)).toEqual([second.handle.workflowId]);
    await first.say('approve', { by: 'bob' });
    const waiting = await first.until((status) => status.queue !== undefined);
    expect(waiting.queue).toEqual({
      environment: 'production',
      position: 1,
      behind: second.handle.workflowId,
    });
    expect(turns(world)).toEqual(['1.2.0']);
    monitor.release();
    await oneAfterTheOther(world, second, first);
    expect(turns(world)).toEqual(['1.2.0', '1.1.0']);
  });

  it('stays with the one that entered it: being wanted comes too late then', async () => {
    const { world, first, second } = await twoAtTheGate();
    const monitor = world.hold('production.monitor');
    await first.say('approve', { by: 'bob' });
    await monitor.reached;
    await second.say('approve', { by: 'alice' });
    await second.until((status) => status.queue?.environment === 'production');
    expect(await holders(world)).toEqual([first.handle.workflowId, second.handle.workflowId]);
    monitor.release();
    await oneAfterTheOther(world, first, second);
    expect(turns(world)).toEqual(['1.1.0', '1.2.0']);
  });

  it.each([1, 2, 3])('both approved in one instant, as it comes (%i)', async () => {
    const { world, first, second } = await twoAtTheGate();
    await Promise.all([second.say('approve', { by: 'alice' }), first.say('approve', { by: 'bob' })]);
    await oneAfterTheOther(world, first, second);
  });

  const wanted = [lockSignalName, { environment: 'production', wanted: true }] as const;
  const approved = ['approve', { by: 'bob' }] as const;
  it.each([
    ['wanted, then approved', [wanted, approved]],
    ['approved, then wanted', [approved, wanted]],
    ['wanted twice around its approval', [wanted, approved, wanted]],
  ])('%s within one task: given back, entered and wanted by the other at once', async (_name, messages) => {
    const { world, first, second } = await twoAtTheGate();
    await on.away(async () => {
      for (const [name, payload] of messages) await first.handle.signal(name, payload);
      await second.handle.signal('approve', { by: 'alice' });
    });
    await oneAfterTheOther(world, first, second);
  });

  it('and an approval that finds it given back already is not taken for a grant', async () => {
    const { world, first, second } = await twoAtTheGate();
    const backup = world.hold('production.backup');
    await first.handle.signal(...wanted);
    await expect.poll(() => holders(world).catch(() => [])).toEqual([]);
    await second.say('approve', { by: 'alice' });
    await backup.reached;
    await first.say('approve', { by: 'bob' });
    await first.until((status) => status.queue?.behind === second.handle.workflowId);
    backup.release();
    await oneAfterTheOther(world, second, first);
    expect(turns(world)).toEqual(['1.2.0', '1.1.0']);
  });
});
