import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import { fails } from '../support/simulated/outcomes.ts';

// On the real server: the one whose time leaps passes a cancel request on into scopes that are shielded from it.
let on: Flows;
beforeAll(async () => {
  on = await flows({ server: 'real' });
});
afterAll(() => on.close());

describe('a cancel request of Temporal', () => {
  it('is refused while the release is finalised, as an abort is', async () => {
    const world = on.world();
    const merge = world.hold('finalize.merge');
    const flow = await on.start(world);
    await flow.approve();
    await merge.reached;
    await flow.handle.cancel();
    const status = await flow.until((now) => now.refusedCount === 1);
    expect(status.refused[0]).toMatchObject({
      kind: 'abort',
      reason: expect.stringContaining('production holds the new version') as string,
    });
    merge.release();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('is an abort before that', async () => {
    const world = on.world();
    const held = world.hold('staging.deploy');
    const flow = await on.start(world);
    await held.reached;
    await flow.handle.cancel();
    expect(await flow.result()).toMatchObject({
      outcome: 'aborted',
      reason: 'abort by a cancel request of Temporal',
    });
    expect(world.branches.size).toBe(0);
    expect((await flow.handle.describe()).status.name).toBe('COMPLETED');
  });

  it('[RW-15] rolls production back where that is what an abort means', async () => {
    const world = on.world();
    const held = world.hold('production.migrate');
    const flow = await on.start(world);
    await flow.approve();
    await held.reached;
    await flow.handle.cancel();
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(world.log.indexOf('stopped production.migrate')).toBeLessThan(
      world.log.indexOf('roll back production to 1.0.0'),
    );
  });

  it('[RW-15] does not stop a rollback', async () => {
    const world = on.world();
    world.at('production.health', fails('503'));
    const execute = world.hold('rollback.execute');
    const flow = await on.start(world);
    await flow.approve();
    await execute.reached;
    await flow.handle.cancel();
    await flow.until((status) => status.refusedCount === 1);
    execute.release();
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(world.log).not.toContain('stopped rollback.execute');
    expect(world.tries('rollback.verify')).toEqual([1]);
  });
});
