import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

/** One release is at its gate, another one waits behind it. */
async function queued(world: SimulatedWorld) {
  const first = await on.start(world, {}, `release/${world.product}/first`);
  await first.gate('production');
  const second = await on.start(world, {}, `release/${world.product}/second`);
  await second.until((status) => status.queue !== undefined);
  return { first, second };
}

describe('[PL-8] a release that waited while another one went out', () => {
  it('is made again from main as it is then: all checks, and a branch of its own', async () => {
    const world = on.world();
    const { first, second } = await queued(world);
    const head = world.commit('Merge release/shop/v1.0.9');
    await first.say('reject', { by: 'alice' });
    await first.result();
    await second.gate('production');
    const status = await second.status();
    expect(status.concerns).toContainEqual(expect.stringContaining(`to ${head.slice(0, 10)}`));
    expect(status.steps.find(({ id }) => id === 'readiness.unit')).toMatchObject({
      attempts: 2,
      state: 'succeeded',
    });
    expect(world.log).toContain(`deploy staging v1.1.0 ${head.slice(-3)}`);
    await second.say('reject', { by: 'alice' });
    await second.result();
  });

  it('is blocked where its version is no longer possible, and leaves no branch', async () => {
    const world = on.world();
    const { first, second } = await queued(world);
    world.commit('Merge release/shop/v2.0.0');
    world.readiness = { blockers: ['v1.1.0 is lower than v2.0.0: versions only go up'] };
    await first.say('reject', { by: 'alice' });
    await first.result();
    expect(await second.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['v1.1.0 is lower than v2.0.0: versions only go up'],
    });
    expect(world.branches.size).toBe(0);
  });

  it('is not offered for approval where production runs a higher version', async () => {
    const world = on.world();
    const held = world.hold('staging.smoke');
    const flow = await on.start(world);
    await held.reached;
    world.running['production'] = { version: '2.0.0', commit: 'd'.repeat(40) };
    held.release();
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['production runs v2.0.0 by now, and v1.1.0 is lower: release a higher version'],
    });
  });
});

describe('a step that failed', () => {
  it('says what its command printed last', async () => {
    const world = on.world();
    world.at('readiness.unit', {
      ok: false,
      summary: 'exited with 1 after 344ms',
      tail: 'running\nAssertionError: 3 !== 4\n',
    });
    const flow = await on.start(world);
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['Unit tests: exited with 1 after 344ms: AssertionError: 3 !== 4'],
    });
  });
});
