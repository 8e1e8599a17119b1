import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentQuestion } from '../../src/activities/agents/ask.ts';
import { asked } from './support/asked.ts';
import { done } from '../support/simulated/outcomes.ts';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const withAgents = (agents: string) => (yaml: string) => `${yaml.trim()}\nagents:\n${agents}\n`;

describe('the roles of a release', () => {
  it('[RW-6] a DevOps engineer looks at what was deployed to staging, and never deploys', async () => {
    const world = on.world(withAgents('  devops-engineer: { command: look }'));
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    const agents = world.calls.filter(({ effect }) => effect === 'askAgent');
    expect(agents.map(({ step, request }) => [step, (request as AgentQuestion).who.role])).toEqual([
      ['staging.devops', 'devops-engineer'],
      ['production.devops', 'devops-engineer'],
    ]);
  });

  it('[RW-6] [RW-16] what the DevOps engineer objects to is a failure on staging', async () => {
    const world = on.world(withAgents('  devops-engineer: { command: look }'));
    world.at('staging.devops', { ok: false, summary: 'the wrong configuration is active' });
    const flow = await on.start(world);
    const gate = await flow.gate('staging-failed');
    expect(gate.statement).toContain('the wrong configuration is active');
    await flow.say('abort', { by: 'bob' });
    await flow.result();
  });

  it('[RW-9] [RW-15] what the DevOps engineer objects to in production takes it back, and the way back is looked at too', async () => {
    const world = on.world(withAgents('  devops-engineer: { command: look }'));
    world.at('production.devops', { ok: false, summary: 'two instances instead of three' });
    world.at('rollback.devops', { ok: false, summary: 'one instance is still the new one' });
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({
      outcome: 'rolled-back',
      reason: expect.stringContaining('two instances instead of three (high: rollback at once)') as string,
    });
    expect(asked(world)).toEqual(['production']);
    expect((await flow.status()).concerns).toContain(
      'the DevOps engineer objects to how production was taken back: one instance is still the new one',
    );
    expect(world.running['production']?.version).toBe('1.0.0');
  });

  it('[RW-15] who is the DevOps engineer as a person is never waited for by a rollback', async () => {
    const world = on.world(withAgents('  devops-engineer: { person: [alice] }'));
    world.at('production.smoke', { ok: false, summary: 'no basket' });
    const flow = await on.start(world);
    await flow.gate('staging.devops');
    await flow.say('answer', { by: 'alice', gate: 'staging.devops', choice: 'pass' });
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect((await flow.status()).steps.map(({ id }) => id)).not.toContain('rollback.devops');
  });

  it('[RW-10] [RW-14] what the support engineer objects to takes production back at once', async () => {
    const world = on.world(withAgents('  support-engineer: { command: look }'));
    world.at('production.support', { ok: false, summary: 'orders stopped coming' });
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({
      outcome: 'rolled-back',
      reason: 'orders stopped coming (high: rollback at once); production runs v1.0.0 again',
    });
    expect(asked(world)).toEqual(['production']);
    expect(world.log.join()).not.toContain('tag v');
  });

  it('[RW-4] a technical writer who is a person reads the notes before anything is written', async () => {
    const world = on.world(withAgents('  technical-writer: { person: [alice] }'));
    const lines = Array.from({ length: 200 }, (_, at) => `- change number ${at}`);
    const changelog = '## [1.1.0]\n\n- a basket of the changelog';
    const notes = ['# Shop', '', ...lines].join('\n');
    world.at(
      'prepare.release',
      done('written', { notes, changelog, changes: [], concerns: [], whole: true }),
    );
    const flow = await on.start(world);
    const gate = await flow.gate('prepare.notes');
    for (const line of ['> **Shop**', '> - change number 199', '> - a basket of the changelog'])
      expect(gate.details).toContain(`\n${line}`);
    expect(world.branches.size).toBe(0);
    await flow.say('answer', { by: 'alice', gate: 'prepare.notes', choice: 'pass' });
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('[RW-4] and may object', async () => {
    const world = on.world(withAgents('  technical-writer: { person: [alice] }'));
    const flow = await on.start(world);
    await flow.gate('prepare.notes');
    await flow.say('answer', {
      by: 'alice',
      gate: 'prepare.notes',
      choice: 'fail',
      comment: 'the price is wrong',
    });
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: [expect.stringContaining('the price is wrong') as string],
    });
  });

  it('[RW-2] the documentation check belongs to readiness', async () => {
    const world = on.world((yaml) =>
      yaml.replace(
        '  criticalPaths: npm run smoke\n',
        '  criticalPaths: npm run smoke\n  docs: npm run docs\n',
      ),
    );
    world.at('readiness.docs', { ok: false, summary: 'two broken links' });
    const flow = await on.start(world);
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['Documentation check: two broken links'],
    });
  });

  it('[RW-8] an approver is told where nobody knows who started the run', async () => {
    const world = on.world();
    const flow = await on.start(world, { by: undefined } as never);
    await flow.gate('production');
    expect((await flow.status()).concerns).toEqual([
      expect.stringContaining('not known who started') as string,
    ]);
    await flow.say('reject', { by: 'alice' });
    await flow.result();
  });
});
