import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asked } from './support/asked.ts';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import { productYaml } from './support/product.ts';
import { fails } from '../support/simulated/outcomes.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const approval = (text: string) => (yaml: string) =>
  yaml.replace('approval: { from: [leads] }', `approval: { ${text} }`);

describe('the checkpoint', () => {
  it('[RW-8] shows notes, what is included, the staging address, evidence, concerns, risks, rollback and the digest', async () => {
    const world = on.world();
    world.readiness = { concerns: ['2 commits in your checkout are not pushed'] };
    const flow = await on.start(world);
    const gate = await flow.gate('production');
    expect(gate.statement).toBe(`Staged and verified. Is ${world.product} v1.1.0 ready for production?`);
    for (const part of [
      '- feat: a basket',
      '<http://127.0.0.1:4100>',
      '<http://127.0.0.1:4200>',
      '- Full end-to-end suite: 12 of 12 passed',
      '- Smoke test staging: 12 of 12 passed',
      '- QA engineer: sign off on staging: ',
      '- 2 commits in your checkout are not pushed',
      'Risk: **medium**',
      '- traffic goes back',
      '> **New Features**',
      '**v1.0.0**',
      '- [x] Smoke tests passing – 12 of 12 passed\n- [x] QA sign-off – ',
      '- [ ] Approval – to come\n',
      '- [ ] Database backed up – to come\n',
    ]) {
      expect(gate.details).toContain(part);
    }
    expect(gate.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(gate).toMatchObject({
      who: ['alice', 'bob'],
      stillNeeded: 1,
      onExpiry: 'the release is rejected',
    });
    expect(Date.parse(gate.expires!) - Date.parse(gate.opened)).toBe(3 * 86_400_000);
    await vi.waitFor(() => {
      expect(world.notifications.find((notification) => notification.event === 'approval-needed')?.body).toBe(
        gate.details,
      );
    });
    const details = await flow.handle
      .query<string>('__temporal_workflow_metadata')
      .then((metadata) => JSON.stringify(metadata));
    expect(details).toContain('Approval needed');
    expect(details).toContain(gate.digest!.slice(0, 12));
    await flow.say('reject', { by: 'alice', comment: 'the notes are wrong' });
    expect(await flow.result()).toMatchObject({
      outcome: 'rejected',
      reason: 'reject by alice: the notes are wrong',
    });
    expect(world.running['production']?.version).toBe('1.0.0');
    expect(world.branches.size).toBe(0);
    expect(await flow.step('approval.production')).toMatchObject({ state: 'failed' });
  });

  it('[RW-8] names what nobody will try in production, and a backup that is not made, with the reason', async () => {
    const world = on.world((yaml) => {
      const [before = '', production = ''] = yaml.split('  production:');
      const changed = production
        .replace('    smoke: npm run smoke\n', '')
        .replace(/database: .*/, "database: { migrate: up, backup: { none: 'it is all computed again' } }");
      return `${before.replace('checks:', "release: { checklist: ['The campaign is ready'] }\nchecks:")}  production:${changed}`;
    });
    const flow = await on.start(world);
    const { details } = await flow.gate('production');
    for (const part of [
      '- no smoke test is configured for production: whether its critical paths work there is seen by its users first',
      '- [ ] Smoke tests passing – no smoke test is configured for production\n',
      '- [ ] Database backed up – none is made: it is all computed again\n',
      '**Yours to see to**\n\n- [ ] The campaign is ready\n',
    ])
      expect(details).toContain(part);
    await flow.say('reject', { by: 'alice' });
    await flow.result();
  });

  it('[RW-8] wants the quorum: each person once, from the groups, never the starter, about this digest', async () => {
    const world = on.world((yaml) => approval('from: [leads, dora], quorum: 2')(yaml));
    const flow = await on.start(world, { by: 'alice' });
    const gate = await flow.gate('production');
    expect(gate.who).toEqual(['bob', 'dora']);
    const refused = async (payload: Record<string, unknown>, why: string) => {
      expect(await flow.tell('approve', payload)).toMatchObject({
        accepted: false,
        reason: expect.stringContaining(why) as string,
      });
    };
    await refused({ by: 'alice' }, 'started this run');
    await refused({ by: 'Alice' }, 'not known');
    await refused({ by: 'mallory' }, 'not known');
    await refused({ by: 'bob', digest: '0123456789ab' }, 'look again');
    await refused({ by: 'bob', gate: 'nonsense' }, 'there is no gate "nonsense"');
    expect(await flow.say('approve', { by: 'bob', digest: gate.digest!.slice(0, 12) })).toBe(
      'approved by bob; 1 more needed',
    );
    await refused({ by: 'bob' }, 'already decided');
    expect((await flow.status()).gates[0]).toMatchObject({
      stillNeeded: 1,
      votes: [{ by: 'bob', choice: 'approve' }],
    });
    await flow.say('approve', { by: 'dora', comment: 'looked at it', proof: { totp: '123456' } });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    const deployed = world.calls.find((call) => call.step === 'production.deploy')?.request as {
      approval: { votes: unknown[] };
    };
    expect(deployed.approval.votes).toMatchObject([{ by: 'bob' }, { by: 'dora', proof: { totp: '123456' } }]);
    expect((await flow.status()).refusedCount).toBe(6);
    expect(await flow.tell('approve', { by: 'bob' }).catch(() => 'ended')).toBe('ended');
  });

  it('[RW-8] reminds, escalates, and expires as rejected', async () => {
    const world = on.world(
      approval('from: [leads], remindAfter: 1h, escalateAfter: 2h, escalateTo: [zoe], expires: 3h'),
    );
    const flow = await on.start(world);
    await flow.gate('production');
    const events = () => world.notifications.map((notification) => notification.event);
    await on.server.sleep(61 * 60_000);
    await vi.waitFor(() => {
      expect(events()).toEqual(['approval-needed', 'reminder']);
    });
    await on.server.sleep(61 * 60_000);
    await vi.waitFor(() => {
      expect(events()).toEqual(['approval-needed', 'reminder', 'escalation']);
    });
    expect(world.notifications.at(-1)?.title).toContain('zoe');
    expect(await flow.result()).toMatchObject({
      outcome: 'rejected',
      reason: 'nobody decided gate production in time',
    });
    expect(world.running['production']?.version).toBe('1.0.0');
  });

  it('[RW-8] one "no" is enough, and what is decided stays decided', async () => {
    const world = on.world(approval('from: [leads], quorum: 2'));
    const flow = await on.start(world);
    await flow.gate('production');
    await flow.say('approve', { by: 'alice' });
    // In one and the same moment: the first one decides.
    const [first, second] = await Promise.all([
      flow.tell('reject', { by: 'bob', comment: 'no' }),
      flow.tell('reject', { by: 'alice', comment: 'no, no' }),
    ]);
    expect([first.accepted, second.accepted].filter(Boolean)).toHaveLength(1);
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
  });
});

describe('an approval becomes void', () => {
  it('when the commit changed: it is staged again and asked for again, with the reason', async () => {
    const world = on.world();
    const flow = await on.start(world);
    const before = await flow.gate('production');
    const branch = `release/${world.product}/v1.1.0`;
    world.branches.set(branch, 'd'.repeat(40));
    await flow.say('approve', { by: 'alice' });
    const after = await flow.until((status) =>
      status.gates.some((gate) => gate.id === 'production' && gate.digest !== before.digest),
    );
    expect(after.gates[0]?.details).toContain('An earlier approval is void');
    expect(after.gates[0]?.details).toContain('the commit changed from caaaaaaaaa to dddddddddd');
    expect(world.tries('staging.deploy')).toEqual([1, 2]);
    expect(world.log).toContain('deploy staging v1.1.0 ddd');
    expect(world.log.filter((line) => line.startsWith('deploy production'))).toEqual([]);
    expect(
      after.steps.filter((step) => step.id.startsWith('production.') && step.state !== 'pending'),
    ).toEqual([]);
    expect(after.stage).toBe('preparing');
    await flow.say('approve', { by: 'bob' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.log).toContain('deploy production v1.1.0 ddd');
    expect(world.log).toContain('tag v1.1.0 ddd');
  });

  it('when only the configuration changed: it is asked for again, and nothing is staged again', async () => {
    const world = on.world();
    const flow = await on.start(world);
    const before = await flow.gate('production');
    world.configure(
      productYaml(world.product, (yaml) =>
        yaml.replace('every: 10s', 'every: 20s').replace('[alice, bob]', '[alice, bob, dora]'),
      ),
    );
    await flow.say('approve', { by: 'alice' });
    const after = await flow.until((status) =>
      status.gates.some((gate) => gate.id === 'production' && gate.digest !== before.digest),
    );
    expect(after.gates[0]?.details).toContain('the configuration changed');
    expect(world.tries('staging.deploy')).toEqual([1]);
    await flow.say('approve', { by: 'dora' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('before any migration runs, where migrations come first', async () => {
    const first = (yaml: string) =>
      yaml.replaceAll(
        "migrations: 'migrations/*.sql'",
        "migrations: 'migrations/*.sql', migrateWhen: before-deploy",
      );
    const world = on.world(first);
    const flow = await on.start(world);
    const before = await flow.gate('production');
    world.configure(productYaml(world.product, (yaml) => first(yaml).replace('every: 10s', 'every: 20s')));
    await flow.say('approve', { by: 'alice' });
    await flow.until((status) =>
      status.gates.some((gate) => gate.id === 'production' && gate.digest !== before.digest),
    );
    expect(world.log).not.toContain('migrate production');
    await flow.say('approve', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.log.indexOf('migrate production')).toBeLessThan(
      world.log.indexOf('deploy production v1.1.0 aaa'),
    );
  });

  it('[RW-15] [BY-1] after migrations ran: production goes back, with its data, and nobody is asked about either', async () => {
    const world = on.world((yaml) =>
      yaml.replaceAll(
        "migrations: 'migrations/*.sql'",
        "migrations: 'migrations/*.sql', migrateWhen: before-deploy",
      ),
    );
    const objections = ['the commit changed from aaaaaaaaaa to dddddddddd', 'bob may not approve it'];
    world.at('production.deploy', { ok: false, summary: 'not approved', value: { void: objections } });
    const flow = await on.start(world);
    await flow.approve();
    expect(await flow.result()).toMatchObject({
      outcome: 'rolled-back',
      reason: `the approval became void after migrations ran: ${objections.join('; ')}; production runs v1.0.0 again`,
    });
    const onProduction = world.log.filter((line) => / production/.test(line));
    expect(onProduction).toEqual([
      'backup production',
      'verifyBackup production',
      'migrate production',
      'roll back production to 1.0.0',
      'restore production',
    ]);
    expect(world.issues[0]).toMatch(/^high: /);
    expect(asked(world)).toEqual(['production']);
    expect(world.log.join()).not.toContain('tag v');
  });

  it('[BY-1] before anything ran there, production is left as it is, and people are asked again', async () => {
    const world = on.world();
    world.at('production.deploy', {
      ok: false,
      summary: 'not approved',
      value: { void: ['another commit'] },
    });
    const flow = await on.start(world);
    await flow.approve();
    const again = await flow.until(({ gates }) =>
      gates.some(({ details }) => details.includes('An earlier approval is void')),
    );
    expect(again.gates[0]?.details).toContain('- another commit');
    await flow.say('reject', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    expect(asked(world)).toEqual(['production', 'production']);
    expect(world.log.join()).not.toMatch(/roll back|restore|migrate production|notify rolled-back/);
    expect(world.running['production']?.version).toBe('1.0.0');
  });

  it('and what was pushed to the branch before anybody was asked is staged before they are', async () => {
    const world = on.world();
    const staging = world.hold('staging.smoke');
    const flow = await on.start(world);
    await staging.reached;
    world.branches.set(`release/${world.product}/v1.1.0`, 'e'.repeat(40));
    staging.release();
    await flow.gate('production');
    expect(world.log).toContain('deploy staging v1.1.0 eee');
    expect((await flow.status()).concerns).toContain(
      'the release branch moved from caaaaaaaaa to eeeeeeeeee',
    );
    await flow.say('reject', { by: 'alice' });
    await flow.result();
  });

  it('[RW-2] [RW-3] [RW-8] what was pushed passed all checks, is in the notes, and stays where the release is rejected', async () => {
    const world = on.world();
    const staging = world.hold('staging.smoke');
    const flow = await on.start(world);
    await staging.reached;
    const branch = `release/${world.product}/v1.1.0`;
    const pushed = 'e'.repeat(40);
    world.branches.set(branch, pushed);
    world.readiness = { changes: ['fix: the basket, at the last minute', 'feat: a basket'] };
    staging.release();
    const gate = await flow.gate('production');
    expect(gate.details).toContain('fix: the basket, at the last minute');
    const checked = world.calls
      .filter(({ effect }) => effect === 'runCheck')
      .map(({ step, request }) => [step, (request as { target: { commit: string } }).target.commit]);
    for (const step of ['readiness.unit', 'regression.e2e']) expect(checked).toContainEqual([step, pushed]);
    await flow.say('reject', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    expect(world.branches.get(branch)).toBe(pushed);
  });

  it('[RW-16] what was pushed and fails its checks ends the release as blocked, and stays', async () => {
    const world = on.world();
    world.at('readiness.unit', () => Promise.resolve(undefined), fails('1 of 12 failed'));
    const staging = world.hold('staging.smoke');
    const flow = await on.start(world);
    await staging.reached;
    const branch = `release/${world.product}/v1.1.0`;
    world.branches.set(branch, 'e'.repeat(40));
    staging.release();
    expect(await flow.result()).toMatchObject({
      outcome: 'blocked',
      blockers: ['Unit tests: 1 of 12 failed'],
    });
    expect(world.branches.has(branch)).toBe(true);
    expect(world.log.filter((line) => line.startsWith('deploy'))).toEqual(['deploy staging v1.1.0 aaa']);
  });
});

describe('staging', () => {
  it('[RW-16] is retried in the same run with the fix: all of phase 1 again, and the new commit is shown', async () => {
    const world = on.world();
    world.at('staging.smoke', fails('the basket is empty'));
    const flow = await on.start(world);
    const gate = await flow.gate('staging-failed');
    expect(gate.statement).toBe('Staging failed: "Smoke test staging" failed: the basket is empty');
    const fix = world.commit('fix: the basket');
    await flow.say('retry', { by: 'bob' });
    const asked = await flow.gate('production');
    expect(asked.details).toContain(`main moved from aaaaaaaaaa to ${fix.slice(0, 10)}: fix: the basket`);
    expect(world.tries('readiness.unit')).toEqual([1, 2]);
    expect(world.tries('staging.deploy')).toEqual([1, 2]);
    expect(world.log.filter((line) => line.startsWith('branch') || line.startsWith('delete'))).toHaveLength(
      3,
    );
    await flow.say('approve', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', commit: `c${fix.slice(1)}` });
  });

  it('[RW-16] is retried with the same commit and with what was mended in the configuration', async () => {
    const world = on.world();
    world.at('staging.deploy', fails('port 4100 is in use'));
    const flow = await on.start(world);
    await flow.gate('staging-failed');
    const pending = (await flow.status()).steps.find((step) => step.id === 'staging.smoke');
    expect(pending).toMatchObject({ state: 'pending' });
    world.configure(productYaml(world.product, (yaml) => yaml.replace('4100', '4101')));
    await flow.say('retry', { by: 'bob' });
    const gate = await flow.gate('production');
    expect(gate.details).toContain('<http://127.0.0.1:4101>');
    expect(world.tries('readiness.unit')).toEqual([1]);
    expect(world.tries('staging.deploy')).toEqual([1, 2]);
    await flow.handle.terminate();
  });

  it('[RW-16] asks again where the fix is not ready, and goes on from there', async () => {
    const world = on.world();
    world.at('staging.migrate', fails('relation exists'));
    const flow = await on.start(world);
    await flow.gate('staging-failed');
    world.commit('fix: the migration');
    world.at('readiness.unit', fails('1 of 40 failed'));
    await flow.say('retry', { by: 'bob' });
    const gate = await flow.gate('fix-blocked');
    expect(gate.details).toContain('- Unit tests: 1 of 40 failed');
    const status = await flow.status();
    expect(status.steps.filter((step) => step.id.startsWith('staging.') && step.state !== 'pending')).toEqual(
      [],
    );
    await flow.say('retry', { by: 'bob' });
    await flow.gate('production');
    expect((await flow.status()).blockers).toEqual([]);
    await flow.say('reject', { by: 'bob' });
    await flow.result();
    expect(world.branches.size).toBe(0);
  });
});
