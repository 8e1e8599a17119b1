import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApplicationFailure } from '@temporalio/common';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import { fails } from '../support/simulated/outcomes.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const agents = (text: string) => (yaml: string) => yaml.replace('people:', `agents:\n${text}\npeople:`);

describe('readiness', () => {
  it('[RW-2] reports every blocker at once and writes nothing', async () => {
    const world = on.world((yaml) =>
      yaml.replace('approval: { from: [leads] }', 'approval: { from: [leads], quorum: 3 }'),
    );
    world.readiness = { blockers: ['pull request #4 is not merged: basket', 'high bug #7 is open: prices'] };
    world.at('readiness.unit', fails('3 of 40 failed'));
    world.at('readiness.integration', fails('timed out'));
    const flow = await on.start(world);
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'blocked', reason: 'not ready: 5 blockers' });
    expect(result.blockers).toEqual([
      'pull request #4 is not merged: basket',
      'high bug #7 is open: prices',
      'Unit tests: 3 of 40 failed',
      'Integration tests: timed out',
      expect.stringContaining('production needs 3 approvals, but only 2 may give one'),
    ]);
    await vi.waitFor(() => expect(world.log).toEqual(['notify blocked']), { timeout: 20_000 });
  });

  it('[RW-2] is blocked where the product has nowhere to stage it, and writes nothing', async () => {
    const world = on.world((yaml) => yaml.replace(/ {2}staging:\n(?: {4}.*\n)+/, ''));
    expect(world.config.environments).not.toHaveProperty('staging');
    const flow = await on.start(world);
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['staging is missing: a release goes through staging to production'],
    });
    expect(world.branches.size).toBe(0);
    expect(world.calls.map(({ effect }) => effect)).not.toContain('deploy');
  });

  it('[RW-2] is blocked where readiness itself can not be looked at', async () => {
    const world = on.world();
    world.at('readiness.source', fails('the repository has no commits'));
    expect(await (await on.start(world)).result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['the repository has no commits'],
    });
  });

  it('[RW-3] does all of the regression, all of which must pass', async () => {
    const world = on.world();
    world.at('regression.e2e', fails('1 of 9 failed'));
    world.at('regression.smoke', fails('the basket is broken'));
    const flow = await on.start(world);
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['Full end-to-end suite: 1 of 9 failed', 'Tests of critical paths: the basket is broken'],
    });
    expect(await flow.step('prepare.release')).toMatchObject({ state: 'pending' });
  });

  it('[RW-16] a release that only its starter could approve is not begun', async () => {
    const world = on.world();
    world.configure(productOfOne(world.product));
    const flow = await on.start(world, { by: 'ALICE ' });
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: [expect.stringContaining('started this run')],
    });
  });
});

describe('agents', () => {
  it('[RW-3] a program may object, and that blocks', async () => {
    const world = on.world(agents('  qa-engineer: { command: qa-agent }'));
    world.at('regression.qa', fails('qa-engineer: the basket loses items'));
    const result = await (await on.start(world)).result();
    expect(result).toMatchObject({ outcome: 'blocked', blockers: ['qa-engineer: the basket loses items'] });
    expect(world.calls.find((call) => call.step === 'regression.qa')?.request).toMatchObject({
      inputs: {
        checks: [
          'Unit tests: 12 of 12 passed',
          'Integration tests: 12 of 12 passed',
          'Full end-to-end suite: 12 of 12 passed',
          'Tests of critical paths: 12 of 12 passed',
        ],
      },
    });
  });

  it('[RW-7] a person does it by answering a task, with the evidence before their eyes', async () => {
    const world = on.world(agents('  qa-engineer: { person: [bob] }'));
    const flow = await on.start(world);
    const task = await flow.gate('regression.qa');
    expect(task).toMatchObject({ kind: 'task', who: ['bob'] });
    expect(task.details).toContain('- Full end-to-end suite: 12 of 12 passed');
    expect(await flow.step('regression.qa')).toMatchObject({ state: 'waiting' });
    expect(await flow.tell('answer', { by: 'alice', choice: 'pass' })).toMatchObject({ accepted: false });
    expect(await flow.tell('approve', { by: 'bob' })).toMatchObject({ accepted: false });
    await flow.say('answer', { by: 'bob', choice: 'pass' });
    await flow.gate('staging.sign-off');
    await flow.say('answer', { by: 'bob', choice: 'fail', comment: 'the footer is gone' });
    const failed = await flow.gate('staging-failed');
    expect(failed.statement).toContain('objected to by bob: the footer is gone');
    await flow.say('abort', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
  });

  it('[RW-7] a task ends with the run, and is not left as if it still waited', async () => {
    const world = on.world(agents('  qa-engineer: { person: [bob] }'));
    const flow = await on.start(world);
    await flow.gate('regression.qa');
    await flow.say('abort', { by: 'alice', comment: 'not now' });
    await flow.result();
    const status = await flow.status();
    expect(status.gates).toEqual([]);
    expect(status.steps.find((step) => step.id === 'regression.qa')).toMatchObject({
      state: 'cancelled',
      summary: expect.stringContaining('not now') as string,
    });
    expect(status.steps.filter((step) => step.state === 'waiting' || step.state === 'running')).toEqual([]);
  });
});

describe('what can not even begin', () => {
  it.each<[string, unknown, string]>([
    ['no input', undefined, 'one JSON object'],
    ['a list', [], 'one JSON object'],
    ['an unknown field', { product: 'shop', bmp: 'major' }, '"bmp" is not a field'],
    ['a wrong bump', { product: 'shop', bump: 'huge' }, 'it must be one of auto'],
    ['wrong types', { product: 7, version: {} }, '"version" must be a text'],
    ['both version and bump', { product: 'shop', version: '2.0.0', bump: 'minor' }, 'not both'],
  ])('%s ends as failed, with the problem', async (name, input, problem) => {
    const id = `release/invalid/${name.replaceAll(' ', '-')}`;
    on.accept('invalid');
    const handle = await on.client.workflow.start('release', {
      taskQueue: 'sluice',
      workflowId: id,
      args: [input],
    });
    const result = (await handle.result()) as { outcome: string; reason: string };
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(problem) as string });
  });

  it('an unknown product ends as failed, and nothing is touched', async () => {
    const world = on.world();
    const flow = await on.start(world, { product: 'shopp' });
    expect(await flow.result()).toMatchObject({
      outcome: 'failed',
      reason: 'invalid input: there is no product "shopp"',
    });
    expect(world.calls).toEqual([]);
  });

  it('what can not be reached for long ends the run in good order, and never as a failed workflow', async () => {
    const world = on.world();
    world.at('prepare.release', () =>
      Promise.reject(ApplicationFailure.nonRetryable('the disk is full', 'Disk')),
    );
    const flow = await on.start(world);
    expect((await flow.gate('failed:prepare.release')).statement).toContain('the disk is full');
    await flow.say('retry', { by: 'bob' });
    await flow.gate('production');
    await flow.handle.terminate();
  });
});

function productOfOne(product: string): string {
  return `
product: ${product}
repository: { path: . }
environments:
  staging: { process: { start: node a.js, port: 4100 } }
  production: { process: { start: node a.js, port: 4200 }, approval: { from: [alice] } }
`;
}
