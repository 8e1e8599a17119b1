import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asked } from './support/asked.ts';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';
import { fails } from '../support/simulated/outcomes.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const safe = (yaml: string): string => yaml.replaceAll('migrate: migrate,', 'migrate: migrate, undo: undo,');
const back = (world: SimulatedWorld, input = {}) => on.startRollback(world, input);
const since = ({ log }: SimulatedWorld): string[] => log.filter((line) => !/^(notify|document)/.test(line));

describe('a rollback by hand', () => {
  it('[SI-11] [DW-9] [DW-10] goes back to the version before once a person has decided it, and verifies it as users see it', async () => {
    const world = on.world();
    const flow = await back(world, { reason: 'the basket is empty' });
    const gate = await flow.gate('rollback');
    expect(gate).toMatchObject({
      who: ['alice', 'bob'],
      choices: [{ id: 'rollback' }, { id: 'hotfix' }],
      statement: expect.stringContaining('from v1.0.0 to v0.9.0? the basket is empty') as string,
    });
    await flow.say('rollback', { by: 'alice' });
    expect(await flow.result()).toMatchObject({
      outcome: 'succeeded',
      version: '0.9.0',
      previousVersion: '1.0.0',
    });
    expect(since(world)).toEqual([
      'roll back production to 0.9.0',
      'watched',
      'issue',
      'issue',
      'issue',
      'issue',
    ]);
    // DW-10: what happened, and who finds out why.
    expect([...world.documents.keys()]).toEqual(['incident']);
    expect(world.issues.map((issue) => issue.split(':')[0])).toEqual(['high', 'medium', 'low', 'low']);
    for (const step of ['rollback.verify', 'rollback.smoke', 'rollback.watch'])
      expect(await flow.step(step)).toMatchObject({ state: 'succeeded' });
    expect(world.deployments).toMatchObject([
      { type: 'Rollback', version: '1.0.0', status: 'Rolled back', rollback: 'Yes' },
    ]);
  });

  it('[RW-12] writes into the state of the product which environment it was', async () => {
    const world = on.world();
    const flow = await back(world, { environment: 'staging' });
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.states.at(-1)).toMatchObject({ phase: 'staging', version: '0.9.0' });
  });

  it('[SI-11] is not compared with the version that failed, which may have answered its errors fast', async () => {
    const world = on.world();
    const flow = await back(world);
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    await flow.result();
    const { request } = world.calls.find(({ step }) => step === 'rollback.watch') ?? {};
    const { target } = request as { target: object };
    expect(target).toMatchObject({ version: '0.9.0' });
    expect(target).not.toHaveProperty('previousVersion');
  });

  it('[SI-11] says who is changing the environment just now, and how that is taken back at once', async () => {
    const steps = 'rollout:\n  steps:\n    - { weight: 10, for: 7d }\n    - { weight: 100, for: 7d }\n';
    const world = on.world((yaml) => `${yaml}\n${steps}`);
    const release = await on.start(world);
    await release.approve();
    await release.until(({ rollout }) => rollout?.weights['1.1.0'] === 10);
    const flow = await back(world);
    const { details } = await flow.gate('rollback');
    expect(details).toContain(`sluice rollback ${release.handle.workflowId}`);
    await flow.say('answer', { by: 'bob', choice: 'hotfix' });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    await release.say('rollback', { by: 'bob' });
    expect(await release.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(asked(world)).toEqual(['rollback', 'production']);
  });

  it('[DW-9] no means a hotfix: nothing is touched, and the next step is named', async () => {
    const world = on.world();
    const flow = await back(world);
    await flow.gate('rollback');
    await flow.say('answer', { by: 'bob', choice: 'hotfix' });
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rejected' });
    expect(result.reason).toContain('sluice start release --product');
    expect(since(world)).toEqual([]);
  });

  it.each([
    ['undoes migrations that are all declared safe', [], true],
    ['leaves migrations alone where one is not declared safe', ['migrations/2.sql'], false],
  ] as const)('[DW-9] %s, and says so beforehand', async (_, unsafe, undone) => {
    const world = on.world(safe);
    world.between = { migrations: ['migrations/2.sql'], unsafe };
    const flow = await back(world);
    const gate = await flow.gate('rollback');
    expect(gate.details).toContain(undone ? 'is undone' : 'The database is left as it is');
    await flow.say('rollback', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.log.includes('undo production')).toBe(undone);
  });

  it('[SI-11] [RW-16] is rollback-failed where the old version does not serve users, and says so', async () => {
    const world = on.world();
    world.at('rollback.smoke', fails('no basket'));
    const flow = await back(world);
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    await flow.gate('failed:rollback.smoke');
    await flow.say('answer', { by: 'bob', choice: 'give-up' });
    expect(await flow.result()).toMatchObject({ outcome: 'rollback-failed' });
    expect(world.log).toContain('notify rollback-failed');
  });

  it('[SI-11] [BY-4] is not done while users meet errors; that nobody can see them is told, and does not undo it', async () => {
    const world = on.world();
    const issue = { kind: 'error-rate', detail: '80% errors', errorRate: 0.8 };
    world.at(
      'rollback.watch',
      { ok: false, summary: '80% errors', value: { samples: [], issue } },
      fails('the metrics page is gone'),
    );
    const flow = await back(world);
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    expect((await flow.gate('failed:rollback.watch')).statement).toContain('80% errors');
    await flow.say('retry', { by: 'bob' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect((await flow.status()).concerns).toContain(
      'the error rate after the rollback could not be seen: the metrics page is gone',
    );
    expect(asked(world)).toEqual(['rollback', 'failed:rollback.watch']);
  });

  it('only approvers decide; without a decision nothing is done', async () => {
    const world = on.world();
    const flow = await back(world);
    await flow.gate('rollback');
    expect(await flow.tell('rollback', { by: 'carol', gate: 'rollback' })).toMatchObject({ accepted: false });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    expect(since(world)).toEqual([]);
  });

  it.each([
    [
      'where nothing runs',
      (world: SimulatedWorld) => (world.running['production'] = undefined),
      {},
      'blocked',
    ],
    ['of an environment that is not there', () => undefined, { environment: 'moon' }, 'failed'],
    ['with an input that is none', () => undefined, { version: 7 }, 'failed'],
  ] as const)('%s touches nothing', async (_, arrange, input, outcome) => {
    const world = on.world();
    arrange(world);
    const flow = await back(world, input);
    expect(await flow.result()).toMatchObject({ outcome });
    expect(since(world)).toEqual([]);
  });

  it('is decided again where another version came to production meanwhile', async () => {
    const world = on.world();
    const flow = await back(world);
    await flow.gate('rollback');
    world.running['production'] = { version: '1.0.1', commit: '1'.repeat(40) };
    await flow.say('rollback', { by: 'alice' });
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'blocked' });
    expect(since(world)).toEqual([]);
  });
});

describe('[BY-3] the way back, tried on staging', () => {
  const rehearsed = (yaml: string): string =>
    yaml.replace('rehearseRollback: false', 'rehearseRollback: true');

  it('goes back, verifies, deploys again, and tells approvers how long it took', async () => {
    const world = on.world(rehearsed);
    const flow = await on.start(world);
    const gate = await flow.gate('production');
    expect(gate.details).toMatch(/v1\.0\.0 was back and healthy .* after the rollback began/);
    expect(world.log.filter((line) => line.includes('staging'))).toEqual([
      'deploy staging v1.1.0 aaa',
      'migrate staging',
      'activate staging v1.1.0',
      'roll back staging to 1.0.0',
      'deploy staging v1.1.0 aaa',
      'migrate staging',
      'activate staging v1.1.0',
    ]);
    // Deployed once more by plan: nothing failed, and nobody is told of a second attempt.
    const deployed = await flow.step('staging.deploy');
    expect(deployed).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(deployed).not.toHaveProperty('failures');
    await flow.say('reject', { by: 'alice', comment: 'enough seen' });
    await flow.result();
  });

  it('a way back that does not work keeps the version from production', async () => {
    const world = on.world(rehearsed);
    world.at('staging.rehearse-back', fails('the old version is gone'));
    const flow = await on.start(world);
    const gate = await flow.gate('staging-failed');
    expect(gate.statement).toContain('the old version is gone');
    await flow.say('retry', { by: 'alice', gate: 'staging-failed' });
    await flow.gate('production');
    // By then staging runs this very commit.
    expect(await flow.step('staging.rehearse-back')).toMatchObject({ state: 'skipped', failures: 1 });
    await flow.say('reject', { by: 'alice', comment: 'enough seen' });
    await flow.result();
  });

  it('one that does not work is given up on where people say so', async () => {
    const world = on.world(rehearsed);
    world.at('staging.rehearse-back', fails('the old version is gone'));
    const flow = await on.start(world);
    await flow.gate('staging-failed');
    await flow.say('abort', { by: 'alice', gate: 'staging-failed' });
    expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
  });

  it('is left out where there is no way back to try', async () => {
    const world = on.world(rehearsed);
    world.running['staging'] = undefined;
    const flow = await on.start(world);
    await flow.gate('production');
    expect(await flow.step('staging.rehearse-back')).toMatchObject({ state: 'skipped' });
    await flow.say('reject', { by: 'alice', comment: 'enough seen' });
    await flow.result();
  });

  it('is a concern for approvers where nobody knows what staging runs', async () => {
    const world = on.world(rehearsed);
    world.at('staging.look', fails('the record is damaged'));
    const flow = await on.start(world);
    const gate = await flow.gate('production');
    expect(gate.details).toContain('was not tried on staging: the record is damaged');
    await flow.say('reject', { by: 'alice', comment: 'enough seen' });
    await flow.result();
  });
});
