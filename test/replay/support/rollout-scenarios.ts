import type { Reading } from '../../../src/domain/metrics/reading.ts';
import type { SimulatedWorld } from '../../support/simulated/world.ts';
import { fails } from '../../support/simulated/outcomes.ts';
import type { Scenario } from './scenario.ts';
import { begun, ends } from './scenario.ts';

/** Recorded in real time, so its steps are short. */
export const quickly = `
rollout:
  every: 100ms
  askAfter: 500ms
  steps:
    - { weight: 10, for: 300ms }
    - { weight: 50, for: 300ms, confirm: true }
    - { weight: 100, for: 300ms }
`;
const withRollout = (yaml: string): string => `${yaml}\n${quickly}`;
const unconfirmed = (yaml: string): string => withRollout(yaml).replace(', confirm: true', '');
const nothing = (): void => undefined;

const bad: Reading = { kind: 'value', value: 0.3 };
const gone: Reading = { kind: 'error', reason: 'connection refused' };
const measured =
  (reading: Reading) =>
  (world: SimulatedWorld): void => {
    world.measure = (rule, version) =>
      rule === 'error-rate' && version === '1.1.0'
        ? reading
        : { kind: 'value', value: rule === 'latency' ? 20 : 0 };
  };

/** Of rollouts, in a release and of their own. */
export const rolloutScenarios: Readonly<Record<string, Scenario>> = {
  async 'rolled out, confirmed by a person'(on) {
    const { flow } = await begun(on, nothing, withRollout);
    await flow.approve();
    await flow.gate('rollout:50');
    await flow.say('promote', { by: 'alice' });
    await ends(flow, 'succeeded');
    return { 'release-rolled-out': flow.handle };
  },

  async 'rolled back by evidence'(on) {
    const { flow } = await begun(on, measured(bad), unconfirmed);
    await flow.approve();
    await ends(flow, 'rolled-back');
    return { 'release-rollout-rolled-back': flow.handle };
  },

  async 'held without metrics, answered for, paused, and promoted all the way'(on) {
    const { world, flow } = await begun(on, measured(gone), unconfirmed);
    await flow.approve();
    await flow.gate('rollout:10');
    await flow.say('pause', { by: 'bob' });
    await flow.until(({ paused }) => paused !== undefined);
    await flow.say('resume', { by: 'bob' });
    await flow.handle.signal('promote', { by: 'bob', comment: 'the shop is fine' });
    await flow.until(({ concerns }) => concerns.length > 0);
    measured({ kind: 'value', value: 0 })(world);
    await ends(flow, 'succeeded');
    return { 'release-rollout-held': flow.handle };
  },

  async 'taken back by a person while it is rolled out'(on) {
    const { flow } = await begun(on, nothing, withRollout);
    await flow.approve();
    await flow.gate('rollout:50');
    await flow.say('rollback', { by: 'alice', comment: 'the basket is empty' });
    await ends(flow, 'rolled-back');
    return { 'release-rollout-taken-back': flow.handle };
  },

  async 'a router that does not take a weight, then does'(on) {
    const { flow } = await begun(
      on,
      (world) => world.at('production.shift-50', fails('the router shows 10 %')),
      unconfirmed,
    );
    await flow.approve();
    await flow.until(({ gates }) => gates.some(({ choices }) => choices.some(({ id }) => id === 'retry')));
    await flow.say('retry', { by: 'alice' });
    await ends(flow, 'succeeded');
    return { 'release-rollout-retried': flow.handle };
  },

  async 'a version that was released before'(on) {
    const world = on.world(unconfirmed);
    const flow = await on.startRollout(world, { version: '1.1.0' });
    await flow.approve();
    await ends(flow, 'succeeded');
    return { rollout: flow.handle };
  },

  async 'a version that was released before, rolled back'(on) {
    const world = on.world(unconfirmed);
    measured(bad)(world);
    const flow = await on.startRollout(world, { version: '1.1.0' });
    await flow.approve();
    await ends(flow, 'rolled-back');
    return { 'rollout-rolled-back': flow.handle };
  },

  async 'a rollout that is being watched'(on) {
    const world = on.world((yaml) =>
      unconfirmed(yaml).replace('weight: 10, for: 300ms', 'weight: 10, for: 1h'),
    );
    const flow = await on.startRollout(world, { version: '1.1.0' });
    await flow.approve();
    await flow.until(({ steps }) =>
      steps.some(({ id, state }) => id === 'production.watch-10' && state === 'running'),
    );
    return { 'rollout-watched': flow.handle };
  },
};
