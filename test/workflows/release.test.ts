import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import { done, fails } from '../support/simulated/outcomes.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

describe('a release that goes well', () => {
  it('[RW-3] [RW-6] [RW-7] [RW-9] [RW-10] [RW-11] goes through every step in the order of its process', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.approve();
    const result = await flow.result();
    expect(result).toMatchObject({
      outcome: 'succeeded',
      version: '1.1.0',
      previousVersion: '1.0.0',
      product: world.product,
    });
    expect(world.calls.map((call) => call.step).filter((step) => !step.startsWith('notify.'))).toEqual([
      'readiness.source',
      'readiness.unit',
      'readiness.integration',
      'regression.e2e',
      'regression.smoke',
      'prepare.release',
      'branch.create',
      'staging.deploy',
      'staging.migrate',
      'staging.verify',
      'staging.activate',
      'staging.health',
      'staging.smoke',
      'approval.bundle',
      'production.backup',
      'production.prove-backup',
      'production.deploy',
      'production.migrate',
      'production.verify',
      'production.activate',
      'production.health',
      'production.smoke',
      'production.monitor',
      'finalize.merge',
      'finalize.tag',
      'finalize.publish',
      'finalize.branch',
      'finalize.retire',
      'post.state',
    ]);
    // The tag never before production holds.
    expect(world.log.indexOf('tag v1.1.0 aaa')).toBeGreaterThan(world.log.indexOf('watched'));
    expect((await flow.status()).steps.filter((step) => step.state !== 'succeeded')).toEqual([]);
  });

  it('[RW-12] [RW-13] writes the state, the history and one notification with all that people want to know', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.approve();
    await flow.result();
    expect(world.states).toEqual([
      {
        phase: 'production',
        version: '1.1.0',
        last_release: expect.any(String) as string,
        last_activity: expect.any(String) as string,
        tasks: [],
      },
    ]);
    expect(world.deployments).toMatchObject([
      { environment: 'production', version: '1.1.0', type: 'Release', status: 'Success', rollback: 'N/A' },
    ]);
    const released = await vi.waitFor(() => {
      const found = world.notifications.filter((notification) => notification.event === 'released');
      expect(found).toHaveLength(1);
      return found[0]!;
    });
    expect(released).toMatchObject({ version: '1.1.0', title: `Release complete: ${world.product} v1.1.0` });
    expect(released.body).toContain('Monitoring: watched for 1m');
    expect(released.links.map((link) => link.title)).toEqual(['Staging', 'Release notes', 'Production']);
    expect(world.ledger.map((line) => line.kind)).toEqual(
      expect.arrayContaining(['started', 'step', 'gate', 'decision', 'ended']),
    );
    expect(new Set(world.ledger.map((line) => line.key)).size).toBe(world.ledger.length);
  });

  it('[RW-10] watches production for the whole monitoring time, for a handful of history events', async () => {
    const world = on.world((yaml) => yaml.replace('for: 1m', 'for: 3m'));
    world.timePasses = true;
    const flow = await on.start(world);
    await flow.approve();
    await flow.result();
    const step = await flow.step('production.monitor');
    expect(Date.parse(step!.ended!) - Date.parse(step!.started!)).toBeGreaterThanOrEqual(180_000);
    const { events } = await flow.handle.fetchHistory();
    const scheduled = events!.filter(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'monitor',
    );
    expect(scheduled).toHaveLength(1);
    expect(events!.length).toBeLessThan(330);
  });

  it('[RW-13] never waits for a notification, which is delivered although the run ended long ago', async () => {
    const world = on.world();
    world.at('notify.1', ...Array.from({ length: 4 }, () => fails('the receiver is down')));
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.notifications.map((notification) => notification.event)).not.toContain('released');
    await vi.waitFor(
      () => {
        expect(world.notifications.map((notification) => notification.event).sort()).toEqual([
          'approval-needed',
          'released',
        ]);
      },
      { timeout: 20_000 },
    );
  });

  it('is labelled, so that it is found', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.gate('production');
    const { searchAttributes } = await flow.handle.describe();
    expect(searchAttributes).toMatchObject({
      SluiceProduct: [world.product],
      SluiceVersion: ['1.1.0'],
      SluiceWaitingFor: ['approval'],
      SluiceEnvironment: ['staging'],
    });
    await flow.say('reject', { by: 'bob', comment: 'not today' });
    await flow.result();
    expect((await flow.handle.describe()).searchAttributes).toMatchObject({
      SluiceOutcome: ['rejected'],
      SluiceWaitingFor: ['nothing'],
    });
  });
});

describe('finalisation', () => {
  it('[BY-8] [RW-11] is finished by retry where it failed, and nothing before is done again', async () => {
    const world = on.world();
    world.at('finalize.tag', fails('the remote refused the tag'));
    world.at('finalize.publish', fails('the code host is down'), fails('still down'));
    const flow = await on.start(world);
    await flow.approve();
    const gate = await flow.gate('failed:finalize.tag');
    expect(gate.statement).toContain('the remote refused the tag');
    expect(gate.details).toContain('nothing is started again');
    await flow.say('retry', { by: 'bob' });
    await flow.gate('failed:finalize.publish');
    await flow.say('retry', { by: 'bob' });
    await flow.until(
      (status) =>
        status.steps.some((step) => step.id === 'finalize.publish' && step.attempts === 2) &&
        status.gates.length === 1,
    );
    await flow.say('answer', { by: 'bob', choice: 'done', comment: 'published it by hand' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.tries('finalize.merge')).toEqual([1]);
    expect(world.tries('production.deploy')).toEqual([1]);
    expect(world.tries('finalize.tag')).toEqual([1, 2]);
    expect(await flow.step('finalize.publish')).toMatchObject({
      state: 'succeeded',
      summary: 'done by hand by bob',
    });
  });

  describe('[RW-11] what a person says was done by hand', () => {
    const tagged = (world: SimulatedWorld): number =>
      world.calls.filter(({ effect }) => effect === 'tagRelease').length;
    const untagged = async () => {
      const world = on.world();
      world.at('finalize.tag', fails('the remote refused the tag'));
      const flow = await on.start(world);
      await flow.approve();
      await flow.gate('failed:finalize.tag');
      await flow.say('answer', { by: 'bob', choice: 'done' });
      const asked = await flow.until(({ gates }) => gates[0]?.statement.includes('bob said') === true);
      return { world, flow, gate: asked.gates[0] };
    };

    it('is looked at: what is not there is asked for again', async () => {
      const { world, flow, gate } = await untagged();
      expect(gate?.statement).toBe(
        'bob said that "Tag the release" was done by hand. There is no tag v1.1.0',
      );
      expect(gate?.choices.map(({ id }) => id)).toEqual(['retry', 'done', 'leave']);
      world.log.push('tag v1.1.0 by hand');
      await flow.say('answer', { by: 'bob', choice: 'done' });
      expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
      expect(await flow.step('finalize.tag')).toMatchObject({
        state: 'succeeded',
        summary: 'done by hand by bob: there is tag v1.1.0',
      });
      expect(tagged(world)).toBe(1);
      expect(world.log.filter((line) => line.startsWith('delete'))).toHaveLength(1);
    });

    it('and is not, can be tried again', async () => {
      const { world, flow } = await untagged();
      await flow.say('retry', { by: 'bob' });
      expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
      expect(await flow.step('finalize.tag')).toMatchObject({ state: 'succeeded', summary: 'tagged' });
      expect(tagged(world)).toBe(2);
    });

    it('and is not, can be left undone: the step says so, and the branch that holds it stays', async () => {
      const { world, flow } = await untagged();
      await flow.say('answer', { by: 'bob', choice: 'leave' });
      expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
      const left = 'left undone by bob: there is no tag v1.1.0';
      expect(await flow.step('finalize.tag')).toMatchObject({ state: 'failed', summary: left });
      expect((await flow.status()).concerns).toContain(`"Tag the release" was ${left}`);
      expect(await flow.step('finalize.branch')).toMatchObject({ state: 'skipped' });
      expect(world.log.filter((line) => line.startsWith('delete'))).toEqual([]);
    });
  });

  it('[PL-3] in the timeline of the UI, each activity and timer is called by what it is for', async () => {
    const world = on.world();
    world.at('staging.smoke', fails('the basket is empty'));
    const flow = await on.start(world);
    await flow.gate('staging-failed');
    await flow.say('retry', { by: 'bob' });
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    const { events } = await flow.handle.fetchHistory();
    const called = (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes, timerStartedEventAttributes, userMetadata }) => {
        if (!activityTaskScheduledEventAttributes && !timerStartedEventAttributes) return [];
        const data = userMetadata?.summary?.data;
        const summary = data ? (JSON.parse(Buffer.from(data).toString()) as string) : undefined;
        return [[activityTaskScheduledEventAttributes?.activityType?.name ?? 'timer', summary]];
      },
    );
    expect(called.filter(([, summary]) => summary === undefined)).toEqual([]);
    for (const each of [
      ['loadProduct', world.product],
      ['checkReadiness', 'readiness.source'],
      ['runCheck', 'staging.smoke, try 2'],
      ['deploy', 'production.deploy'],
      ['record', 'the permanent record'],
      ['timer', 'production: waiting for people'],
    ])
      expect(called).toContainEqual(each);
  });

  it.each([
    ['1.1.0-rc.1', true],
    ['1.1.0', false],
  ])('[RW-11] publishes %s as a pre-release: %s', async (version, prerelease) => {
    const world = on.world();
    world.readiness = { version, prerelease };
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', version });
    const published = world.calls.filter(({ effect }) => effect === 'publishRelease');
    expect(published.map(({ request }) => request)).toEqual([
      expect.objectContaining({ version, prerelease }),
    ]);
  });

  it.each<[string, object, object, unknown]>([
    ['held whole', { whole: true }, { notes: '# All of it' }, '# All of it'],
    ['of which only the beginning is held', { whole: false }, { commit: `c${'a'.repeat(39)}` }, undefined],
    ['of a worker of before 0.4', {}, { notes: '# All of it' }, undefined],
  ])('[RW-4] [RW-11] notes %s are published and committed whole', async (_, more, published, committed) => {
    const world = on.world();
    world.at(
      'prepare.release',
      done('written', { notes: '# All of it', changes: [], concerns: [], ...more }),
    );
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    const asked = world.calls.find(({ effect }) => effect === 'publishRelease');
    expect(asked?.request).toEqual({ version: '1.1.0', prerelease: false, ...published });
    expect(world.committedNotes).toEqual([committed]);
  });

  it('[RW-14] takes production back when somebody asks for it while it is stuck, with the backup of the deployment', async () => {
    const world = on.world();
    world.at('finalize.merge', fails('main moved'));
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('failed:finalize.merge');
    expect(await flow.tell('abort', { by: 'alice' })).toMatchObject({ accepted: false });
    await flow.say('rollback', { by: 'alice', comment: 'customers call' });
    expect(await flow.result()).toMatchObject({
      outcome: 'rolled-back',
      reason: expect.stringContaining('customers call') as string,
    });
    expect(world.running['production']?.version).toBe('1.0.0');
    const keys = world.calls
      .filter((call) => call.effect === 'database')
      .map((call) => call.request as { action: string; backup: string });
    const backup = keys.find((key) => key.action === 'backup')!;
    expect(backup.backup).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.find((key) => key.action === 'restore')?.backup).toBe(backup.backup);
  });

  it('[RW-12] takes production back even from its last step, and never says that it was released', async () => {
    const world = on.world();
    world.at('post.state', fails('state.yml is broken YAML'));
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('failed:post.state');
    await flow.say('rollback', { by: 'alice', comment: 'customers call' });
    expect(await flow.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(world.log).not.toContain('notify released');
    expect(world.deployments).toMatchObject([{ status: 'Rolled back' }]);
    expect(world.calls.find((call) => call.effect === 'openIssue')?.request).toMatchObject({
      body: expect.stringContaining('tag the release') as string,
    });
  });
});
