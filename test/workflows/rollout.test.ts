import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reading } from '../../src/domain/metrics/reading.ts';
import { asked, between } from './support/asked.ts';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';
import { fails } from '../support/simulated/outcomes.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const quickSteps = `rollout:
  every: 10s
  askAfter: 5m
  steps:
    - { weight: 1, for: 30s }
    - { weight: 10, for: 1m }
    - { weight: 50, for: 1m }
    - { weight: 100, for: 30s }
`;
const rolledOut =
  (steps = quickSteps) =>
  (yaml: string): string =>
    `${yaml}\n${steps}`;

const weights = ({ log }: SimulatedWorld): number[] =>
  log.flatMap((line) => {
    const [, weight] = /gives v1\.1\.0 (\d+) %/.exec(line) ?? [];
    return weight === undefined ? [] : [Number(weight)];
  });

/** What the new version measures from the n-th look on; the version before is always well. */
function worsens(
  world: SimulatedWorld,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
  how: (rule: string) => Reading = bad,
): void {
  let looks = 0;
  world.measure = (rule, version) => {
    if (version !== '1.1.0') return { kind: 'value', value: rule === 'latency' ? 20 : 0 };
    if (rule === 'error-rate') looks += 1;
    return looks >= from && looks <= to ? how(rule) : { kind: 'value', value: rule === 'latency' ? 20 : 0 };
  };
}
const bad = (rule: string) => ({ kind: 'value' as const, value: rule === 'latency' ? 20 : 0.3 });
const good = (rule: string) => ({ kind: 'value' as const, value: rule === 'latency' ? 20 : 0 });
const gone = () => ({ kind: 'error' as const, reason: 'connection refused' });
const silent = () => ({ kind: 'no-data' as const, reason: 'no requests' });

describe('a rollout', () => {
  it('[SI-5] goes by the steps of its plan, watches each for its time, and only then takes all traffic', async () => {
    const world = on.world(rolledOut());
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(weights(world)).toEqual([1, 10, 50, 100]);
    expect(world.log.indexOf('activate production v1.1.0')).toBeGreaterThan(
      world.log.indexOf('production gives v1.1.0 100 %'),
    );
    const watch = await flow.step('production.watch-10');
    expect(watch).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(watch?.summary).toMatch(/watched for 1m at 10 %, nothing spoke against it/);
    const evidence = world.ledger.filter(({ kind }) => kind === 'evidence');
    expect(evidence.map(({ data }) => data['weight'])).toEqual([1, 10, 50, 100]);
    expect(Object.keys(evidence[0]?.data['series'] as object)).toEqual(['error-rate', 'latency']);
  });

  it('[SI-10] [DW-8] goes back as soon as evidence speaks against it, and its weight never rises again', async () => {
    const world = on.world(rolledOut());
    worsens(world, 7);
    const flow = await on.start(world);
    await flow.approve();
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toContain('at 10 %: error-rate: 30 % is over 5 %');
    expect(weights(world)).toEqual([1, 10]);
    expect(world.log).toContain('roll back production to 1.0.0');
    expect(world.issues).toHaveLength(4);
    expect(asked(world)).toEqual(['production']);
  });

  it('[BY-4] an outage of the metrics provider holds it, and it goes on by itself afterwards', async () => {
    const world = on.world(rolledOut());
    worsens(world, 6, 15, gone);
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(weights(world)).toEqual([1, 10, 50, 100]);
    const samples = world.ledger
      .filter(({ kind, data }) => kind === 'evidence' && data['weight'] === 10)
      .map(({ data }) => data['series'] as Record<string, { canary: number | null }[]>);
    expect(samples[0]?.['error-rate']?.filter(({ canary }) => canary === null)).toHaveLength(10);
  });

  it.each([
    ['a provider that is gone', gone],
    ['a version without traffic', silent],
  ])('[BY-4] %s for long is a question to the approvers, who may look themselves', async (_, how) => {
    const world = on.world(rolledOut());
    worsens(world, 6, Number.MAX_SAFE_INTEGER, how);
    const flow = await on.start(world);
    await flow.approve();
    const gate = await flow.gate('rollout:10');
    expect(gate).toMatchObject({ who: ['alice', 'bob'], choices: [{ id: 'promote' }, { id: 'rollback' }] });
    expect(gate.statement).toContain("can't be judged");
    // By signal: the test server loses updates that come while an activity ends.
    await flow.handle.signal('promote', { by: 'bob', comment: 'the shop is fine' });
    await flow.until(({ concerns }) => concerns.length > 0);
    world.measure = good;
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect((await flow.status()).concerns.join()).toContain('answered for by bob: the shop is fine');
  });

  it('[BY-4] a question about what can’t be seen is over once it can be seen', async () => {
    const world = on.world(rolledOut());
    worsens(world, 6, 6 + 40, gone);
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('rollout:10');
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(weights(world)).toEqual([1, 10, 50, 100]);
  });

  it('[SI-5] gives a weight that the router has lost to it again, and counts nothing that was seen meanwhile', async () => {
    const world = on.world(rolledOut());
    const answers = [1, 1, 100, 1];
    world.weight = () => Promise.resolve(answers.shift());
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.log.filter((line) => line.startsWith('weight set again'))).toEqual([
      'weight set again: 1 %',
    ]);
    expect(weights(world)).toEqual([1, 10, 50, 100]);
  });

  it.each([
    ['is gone', () => Promise.reject(new Error('the router can’t be asked'))],
    ['does not take the weight again', () => Promise.resolve(100)],
  ])('[BY-4] a router that %s while a version is watched holds it, and is a question', async (_, weight) => {
    const world = on.world(rolledOut());
    world.weight = weight;
    world.setAgain = () => Promise.resolve({ ok: false, summary: 'its server is down' });
    const flow = await on.start(world);
    await flow.approve();
    const gate = await flow.gate('rollout:1');
    expect(gate.statement).toMatch(
      /traffic: (the router can’t be asked|.*100 % and not 1 %, and does not take it: its server is down)/,
    );
    world.weight = () => Promise.resolve(undefined);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('waits for a person where the plan wants one, watches on meanwhile, and hears only approvers', async () => {
    const world = on.world(rolledOut(quickSteps.replace('weight: 10,', 'weight: 10, confirm: true,')));
    const flow = await on.start(world);
    await flow.approve();
    const gate = await flow.gate('rollout:10');
    expect(gate.statement).toBe('10 % went well: go on?');
    expect(await flow.tell('promote', { by: 'carol' })).toMatchObject({ accepted: false });
    await flow.say('promote', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect((await flow.step('production.watch-10'))?.summary).toContain('alice');
  });

  it('[SI-10] goes back also while a person is asked whether it may go on', async () => {
    const world = on.world(rolledOut(quickSteps.replace('weight: 10,', 'weight: 10, confirm: true,')));
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('rollout:10');
    world.measure = bad;
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect((await flow.status()).gates).toEqual([]);
    expect(asked(world)).toEqual(['production', 'rollout:10']);
  });

  it('is promoted by approvers, one step or all the way, which is written down', async () => {
    const world = on.world(rolledOut(quickSteps.replaceAll(/for: \w+/g, 'for: 7d')));
    const flow = await on.start(world);
    await flow.gate('production');
    expect(await flow.tell('promote', { by: 'alice' })).toMatchObject({
      accepted: false,
      reason: 'no rollout is under way, so there is nothing to promote',
    });
    await flow.approve();
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 1);
    expect(await flow.tell('promote', { by: 'mallory' })).toMatchObject({ accepted: false });
    await flow.say('promote', { by: 'alice' });
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 10);
    await flow.say('promote', { by: 'bob', full: true });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect((await flow.status()).decisions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'promote',
          by: 'bob',
          reason: expect.stringContaining('all steps') as string,
        }),
      ]),
    );
    expect((await flow.step('production.watch-50'))?.summary).toContain('bob, all the way');
  });

  it('is promoted, and answered for, by nobody who may not approve it: the one who started it neither', async () => {
    const world = on.world(rolledOut(quickSteps.replaceAll(/for: \w+/g, 'for: 7d')));
    const flow = await on.start(world, { by: 'alice' });
    await flow.gate('production');
    await flow.say('approve', { by: 'bob' });
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 1);
    expect(await flow.tell('promote', { by: 'alice', full: true })).toMatchObject({
      accepted: false,
      reason: 'alice may not promote; bob may',
    });
    await flow.say('rollback', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
  });

  it('[BY-4] is not promoted past what nobody can see', async () => {
    const world = on.world(rolledOut());
    world.measure = gone;
    const flow = await on.start(world);
    await flow.approve();
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 1);
    await flow.say('promote', { by: 'bob', full: true });
    await flow.gate('rollout:1');
    expect(weights(world)).toEqual([1]);
    await flow.say('rollback', { by: 'bob', gate: 'rollout:1' });
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
  });

  it('holds its weight while it is paused, and still goes back on evidence', async () => {
    const world = on.world(rolledOut(quickSteps.replaceAll(/for: \w+/g, 'for: 7d')));
    const flow = await on.start(world);
    await flow.approve();
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 1);
    await flow.say('pause', { by: 'carol' });
    const lines = async () => (await flow.status()).rollout?.samples.join('\n');
    await expect.poll(lines, { timeout: 10_000 }).toBeDefined();
    world.measure = bad;
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(weights(world)).toEqual([1]);
  });

  it.each<[string, (world: SimulatedWorld) => void, string]>([
    [
      'a critical alert',
      (world) => world.alerts.push('DiskFull (severity critical)'),
      'critical alert: DiskFull',
    ],
    [
      'more than three failed health checks',
      (world) => (world.healthy = false),
      '4 health checks in a row failed',
    ],
  ])('[SI-10] [DW-8] %s takes it back', async (_, happens, reason) => {
    const world = on.world(
      rolledOut(`${quickSteps}metrics:\n  alertmanager: { url: "http://127.0.0.1:9093" }\n`),
    );
    happens(world);
    const flow = await on.start(world);
    await flow.approve();
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toContain(reason);
    expect(asked(world)).toEqual(['production']);
    expect(weights(world)).toEqual([1]);
  });

  it('[SI-10] alerts that come in a storm take it back once, and people are told of it once', async () => {
    const world = on.world(rolledOut(quickSteps.replaceAll(/for: \w+/g, 'for: 7d')));
    const flow = await on.start(world);
    await flow.approve();
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 1);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        flow.handle.signal('sluice:alert', {
          text: `Errors on host ${index}`,
          environment: 'production',
          key: `alert-${index}`,
        }),
      ),
    );
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toMatch(/critical alert: Errors on host \d+/);
    expect(world.log.filter((line) => line === 'notify issue')).toHaveLength(1);
    expect(asked(world)).toEqual(['production']);
  });

  it('[SI-11] a person takes it back at any step', async () => {
    const world = on.world(rolledOut(quickSteps.replaceAll(/for: \w+/g, 'for: 7d')));
    const flow = await on.start(world);
    await flow.approve();
    await flow.until(({ rollout }) => rollout?.weights['1.1.0'] === 1);
    await flow.say('rollback', { by: 'carol', comment: 'customers call' });
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect((await flow.step('production.watch-1'))?.state).toBe('cancelled');
    expect(asked(world)).toEqual(['production']);
  });

  it('a router that does not take a weight is a question; retry goes on right there', async () => {
    const world = on.world(rolledOut());
    world.at('production.shift-1', fails('the router is gone'));
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('failed:production.shift-1');
    await flow.say('retry', { by: 'carol' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('[SI-10] a router that does not take a weight, and nobody who answers: it is taken back', async () => {
    const world = on.world(rolledOut());
    world.at('production.shift-10', fails('the router is gone'));
    const flow = await on.start(world);
    await flow.approve();
    const gate = await flow.gate('failed:production.shift-10');
    expect(gate.onExpiry).toBe('production is rolled back');
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toContain('the router does not take the weight: the router is gone');
    expect(weights(world)).toEqual([1]);
    expect(world.tries('production.shift-10')).toEqual([1]);
    expect(asked(world)).toEqual(['production', 'failed:production.shift-10']);
  });

  it('a watch that can’t be carried out at all is a question, and is tried again without haste', async () => {
    const world = on.world(rolledOut());
    world.at('production.watch-10', ...Array.from({ length: 12 }, () => fails('slots.json is damaged')));
    const flow = await on.start(world);
    await flow.approve();
    expect((await flow.gate('rollout:10')).statement).toContain('slots.json is damaged');
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    const { started = '', ended = '' } = (await flow.step('production.watch-10')) ?? {};
    // Each costs events of a history that is limited.
    expect(Date.parse(ended) - Date.parse(started)).toBeGreaterThan(12 * 60_000);
  });

  it('[SI-10] is taken back at once by whoever wants it, also while approvers are asked whether it may go on', async () => {
    const world = on.world(rolledOut(quickSteps.replace('weight: 10,', 'weight: 10, confirm: true,')));
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('rollout:10');
    expect(await flow.tell('rollback', { by: 'carol', comment: 'customers call' })).toMatchObject({
      accepted: true,
    });
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(asked(world)).toEqual(['production', 'rollout:10']);
    expect(await between(flow, 'production.watch-10', 'rollback.execute')).toBeLessThan(60_000);
  });

  it('a word that comes while a weight is being set is about the step before, and skips none', async () => {
    const world = on.world(rolledOut());
    const router = world.hold('production.shift-10');
    const flow = await on.start(world);
    await flow.approve();
    await router.reached;
    await flow.handle.signal('promote', { by: 'alice' });
    await flow.until(({ decisions }) => decisions.some(({ kind }) => kind === 'promote'));
    router.release();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect((await flow.step('production.watch-10'))?.summary).toMatch(/watched for 1m at 10 %/);
  });

  it('a first version has nobody to share the traffic with', async () => {
    const world = on.world(rolledOut());
    world.running['production'] = undefined;
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(weights(world)).toEqual([100]);
  });
});

describe('a rollout of a version that was released before', () => {
  it('[SI-5] asks for approval, goes by the steps of its plan, and makes neither branch nor tag', async () => {
    const world = on.world(rolledOut());
    const flow = await on.startRollout(world, { version: '1.1.0' });
    expect(await flow.gate('production')).toMatchObject({
      statement: expect.stringContaining('which was released before') as string,
      onExpiry: 'the rollout is rejected',
    });
    await flow.say('approve', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', version: '1.1.0', flow: 'rollout' });
    expect(weights(world)).toEqual([1, 10, 50, 100]);
    expect(world.log.filter((line) => /^(branch|tag|merge|delete)/.test(line))).toEqual([]);
    expect(world.deployments).toMatchObject([{ type: 'Rollout', version: '1.1.0', status: 'Success' }]);
    expect(asked(world)).toEqual(['production']);
  });

  it('[SI-10] is taken back like any other', async () => {
    const world = on.world(rolledOut());
    worsens(world, 7);
    const flow = await on.startRollout(world, { version: '1.1.0' });
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(world.running['production']).toMatchObject({ version: '1.0.0' });
  });

  it.each([
    [{ version: '0.9.0' }, 'blocked', 'sluice rollback'],
    [{ version: '1.0.0' }, 'blocked', 'already'],
    [{ version: 7 }, 'failed', '"version" must be a text'],
  ])('%j is %s', async (input, outcome, reason) => {
    const world = on.world(rolledOut());
    const flow = await on.startRollout(world, input);
    const result = await flow.result();
    expect(result).toMatchObject({ outcome });
    expect([result.reason, ...(result.blockers ?? [])].join()).toContain(reason);
  });

  it('is not begun where nobody could approve it', async () => {
    const world = on.world((yaml) => rolledOut()(yaml.replace('from: [leads]', 'from: [leads], quorum: 9')));
    const result = await (await on.startRollout(world, { version: '1.1.0' })).result();
    expect(result).toMatchObject({ outcome: 'blocked' });
    expect(result.blockers?.join()).toContain('9');
    expect(world.log.filter((line) => !line.startsWith('notify'))).toEqual([]);
  });
});
