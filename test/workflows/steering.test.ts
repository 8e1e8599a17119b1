import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import { fails, unknown } from '../support/simulated/outcomes.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const open = (steps: readonly { state: string }[]) =>
  steps.filter((step) => step.state === 'running' || step.state === 'waiting');

describe('pause and resume', () => {
  it('holds before the next step, lets what runs finish, and goes on', async () => {
    const world = on.world();
    const unit = world.hold('readiness.unit');
    const flow = await on.start(world);
    await unit.reached;
    await flow.say('pause', { by: 'bob', comment: 'wait for the news' });
    expect(await flow.tell('pause', { by: 'bob' })).toMatchObject({
      accepted: false,
      reason: 'it is paused already',
    });
    unit.release();
    const status = await flow.until(
      (now) =>
        now.waitingFor === 'resume' &&
        now.steps.some((step) => step.id === 'readiness.unit' && step.state === 'succeeded'),
    );
    expect(status.paused).toMatchObject({ by: 'bob', comment: 'wait for the news' });
    expect(world.tries('readiness.integration')).toEqual([]);
    await flow.say('resume', { by: 'alice' });
    expect(await flow.tell('resume', { by: 'alice' })).toMatchObject({ accepted: false });
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('an approval given while it is paused is kept; production is not touched before it goes on', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.gate('production');
    await flow.say('pause', { by: 'bob' });
    await flow.say('approve', { by: 'alice' });
    await flow.until((status) => status.gates.length === 0 && status.waitingFor === 'resume');
    expect(world.tries('production.backup')).toEqual([]);
    await flow.say('abort', { by: 'bob' });
    expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
    expect(world.log.filter((line) => line.includes('production'))).toEqual([]);
  });

  it('[RW-15] a paused run can be rolled back', async () => {
    const world = on.world();
    const health = world.hold('production.health');
    const flow = await on.start(world);
    await flow.approve();
    await health.reached;
    await flow.say('pause', { by: 'bob' });
    health.release({ ok: true, summary: 'healthy' });
    await flow.until((status) =>
      status.steps.some((step) => step.id === 'production.health' && step.state === 'succeeded'),
    );
    await flow.say('rollback', { by: 'alice', severity: 'low' });
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(world.issues[0]).toMatch(/^low: /);
  });
});

describe('[DW-10] who takes a version back says why', () => {
  const takenBack = async (message: object) => {
    const world = on.world();
    const health = world.hold('production.health');
    const flow = await on.start(world);
    await flow.approve();
    await health.reached;
    await flow.say('abort', { by: 'alice', comment: 'the campaign starts on Monday', ...message });
    expect(await flow.result()).toMatchObject({
      outcome: 'rolled-back',
      reason: expect.stringContaining('abort by alice: the campaign starts on Monday') as string,
    });
    return { world, steps: (await flow.status()).steps.map(({ id }) => id) };
  };

  it('a decision opens one task, which blocks nothing, and the state says what is to be decided', async () => {
    const { world, steps } = await takenBack({ cause: 'decision' });
    expect(world.issues).toEqual([
      expect.stringMatching(/^low: Decide what becomes of .* v1\.1\.0, which was taken back by decision$/),
    ]);
    expect(steps.filter((id) => id.startsWith('rollback.task-'))).toEqual([]);
    expect(world.states.at(-1)).toMatchObject({
      tasks: [expect.stringMatching(/^decide what becomes of it: abort by alice/)],
    });
    expect(world.running['production']?.version).toBe('1.0.0');
  });

  it.each([{ cause: 'fault' }, {}])(
    'a fault, also one of which nobody said so, opens all four: %j',
    async (message) => {
      const { world } = await takenBack(message);
      expect(world.issues).toHaveLength(4);
      expect(world.issues[0]).toMatch(/^high: /);
      expect(world.states.at(-1)).toMatchObject({
        tasks: [expect.stringMatching(/^fix and release again: abort by alice/)],
      });
    },
  );
});

describe('abort', () => {
  it.each([
    ['readiness.unit', false],
    ['regression.e2e', false],
    ['staging.deploy', true],
    ['staging.smoke', true],
    ['production.backup', true],
  ])('during %s stops it, waits until it has stopped, and leaves nothing behind', async (step, branched) => {
    const world = on.world();
    const held = world.hold(step);
    const flow = await on.start(world);
    if (step.startsWith('production')) await flow.approve();
    await held.reached;
    expect(await flow.tell('rollback', { by: 'alice' })).toMatchObject({
      accepted: false,
      reason: 'nothing is in production yet; abort the run instead',
    });
    await flow.say('abort', { by: 'alice', comment: 'the wrong day' });
    expect(await flow.result()).toMatchObject({
      outcome: 'aborted',
      reason: 'abort by alice: the wrong day',
    });
    expect(world.log).toContain(`stopped ${step}`);
    expect(world.log.some((line) => line.startsWith('delete release/'))).toBe(branched);
    expect(world.branches.size).toBe(0);
    const status = await flow.status();
    expect(open(status.steps)).toEqual([]);
    expect(status.steps.find(({ id }) => id === step)).toMatchObject({
      state: 'cancelled',
      summary: 'stopped: abort by alice: the wrong day',
    });
  });

  it.each(['production.deploy', 'production.migrate', 'production.activate', 'production.monitor'])(
    'during %s stops it and rolls production back',
    async (step) => {
      const world = on.world();
      const held = world.hold(step);
      const flow = await on.start(world);
      await flow.approve();
      await held.reached;
      await flow.say('abort', { by: 'alice' });
      expect(await flow.result()).toMatchObject({
        outcome: 'rolled-back',
        reason: expect.stringContaining('abort by alice') as string,
      });
      expect(world.log.indexOf(`stopped ${step}`)).toBeLessThan(
        world.log.indexOf('roll back production to 1.0.0'),
      );
      expect(world.log.includes('restore production')).toBe(step !== 'production.deploy');
      expect(open((await flow.status()).steps)).toEqual([]);
    },
  );

  it('at the checkpoint ends the run and its gate, and the step does not look as if it still waited', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.gate('production');
    await flow.say('abort', { by: 'bob' });
    expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
    const status = await flow.status();
    expect(status.gates).toEqual([]);
    expect(status.steps.find((step) => step.id === 'approval.production')).toMatchObject({
      state: 'cancelled',
    });
    expect(world.branches.size).toBe(0);
  });

  it('ends every kind of question', async () => {
    for (const [step, outcome] of [
      ['staging.deploy', unknown()],
      ['prepare.release', fails('broken package.json')],
      ['branch.create', unknown()],
    ] as const) {
      const world = on.world();
      world.at(step, outcome);
      const flow = await on.start(world);
      await flow.until((status) => status.gates.length === 1);
      await flow.say('abort', { by: 'bob' });
      expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
      expect(open((await flow.status()).steps)).toEqual([]);
    }
  });

  it('counts once: the first one who wants it stopped is the one who is named', async () => {
    const world = on.world();
    const held = world.hold('staging.deploy');
    const flow = await on.start(world);
    await held.reached;
    await flow.say('abort', { by: 'alice' });
    await flow.tell('abort', { by: 'bob' }).catch(() => undefined);
    expect(await flow.result()).toMatchObject({ reason: 'abort by alice' });
  });
});

describe('what comes before the configuration is read', () => {
  it('is refused with a reason and does no harm', async () => {
    const world = on.world();
    const held = world.hold('readiness.source');
    const flow = await on.start(world);
    const [early] = await Promise.all([flow.tell('abort', { by: 'alice' }), held.reached]);
    // Whichever came first: it is answered, and the run does what it says.
    if (early.accepted) expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
    else {
      expect(early.reason).toContain('has not read its configuration yet');
      held.release();
      await flow.approve();
      expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    }
  });
});
