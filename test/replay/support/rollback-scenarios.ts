import { fails } from '../../support/simulated/outcomes.ts';
import type { Scenario } from './scenario.ts';
import { ends } from './scenario.ts';

/** Of rollbacks by hand. */
export const rollbackScenarios: Readonly<Record<string, Scenario>> = {
  async 'rolled back by hand'(on) {
    const flow = await on.startRollback(on.world(), { reason: 'the basket is empty' });
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    await ends(flow, 'succeeded');
    return { rollback: flow.handle };
  },

  async 'rolled back by hand, with its migrations'(on) {
    const world = on.world((yaml) => yaml.replaceAll('migrate: migrate,', 'migrate: migrate, undo: undo,'));
    world.between = { migrations: ['migrations/2.sql'], unsafe: [] };
    const flow = await on.startRollback(world);
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    await ends(flow, 'succeeded');
    return { 'rollback-undone': flow.handle };
  },

  async 'a hotfix instead'(on) {
    const flow = await on.startRollback(on.world());
    await flow.gate('rollback');
    await flow.say('answer', { by: 'bob', choice: 'hotfix' });
    await ends(flow, 'rejected');
    return { 'rollback-hotfix': flow.handle };
  },

  async 'a rollback that failed'(on) {
    const world = on.world();
    world.at('rollback.smoke', fails('no basket'));
    const flow = await on.startRollback(world);
    await flow.gate('rollback');
    await flow.say('rollback', { by: 'alice' });
    await flow.gate('failed:rollback.smoke');
    await flow.say('answer', { by: 'bob', choice: 'give-up' });
    await ends(flow, 'rollback-failed');
    return { 'rollback-failed': flow.handle };
  },
};
