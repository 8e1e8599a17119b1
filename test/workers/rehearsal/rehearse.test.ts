import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowName } from '../../../src/domain/flows/registry.ts';
import type { Rehearsed } from '../../../src/domain/rehearsal/result.ts';
import {
  about,
  day,
  find,
  minute,
  rehearsalDirectory,
  rehearsed as ofShop,
  step,
  tries,
  weights,
} from './support.ts';

let home: Awaited<ReturnType<typeof rehearsalDirectory>>;
beforeAll(async () => {
  home = await rehearsalDirectory();
});
afterAll(() => home?.remove());

const rehearsed = (scenario = '', flow: FlowName = 'release'): Promise<Rehearsed> =>
  ofShop(home.file, flow, scenario);

describe('sluice rehearse', { timeout: 120_000 }, () => {
  it('[BY-5] lets a good release go through all of its steps, in the time that they take', async () => {
    const good = await rehearsed();
    expect(good.outcome).toBe('succeeded');
    expect(weights(good)).toEqual([1, 10, 50, 100]);
    about(step(good, 'production.watch-10').took ?? 0, 10 * minute);
    about(good.duration, 48 * minute);
    expect(good.events).toBeGreaterThan(100);
    expect(good.remarks).toEqual([]);
  });

  it('[BY-5] rolls back at 10 % where health fails there, and no weight rises after that', async () => {
    const bad = await rehearsed('faults: [{ at: 10%, health: fails }]');
    expect(bad.outcome).toBe('rolled-back');
    expect(bad.reason).toMatch(/^at 10 %: 4 health checks in a row failed/);
    expect(weights(bad)).toEqual([1, 10, 0]);
    about(step(bad, 'rollback.execute').at - find(bad, { kind: 'fault', state: 'begins' }).at, 30_000);
  });

  it('[BY-5] holds for the 20 minutes without metrics, and then goes on', async () => {
    const blind = await rehearsed('faults: [{ at: 10%, metrics: gone, for: 20m }]');
    expect(blind.outcome).toBe('succeeded');
    const holds = find(blind, { kind: 'evidence', state: 'holds' });
    expect(holds.reason).toContain('the metrics provider does not answer');
    about(find(blind, { kind: 'evidence', state: 'goes on' }).at - holds.at, 20 * minute);
    expect(weights(blind)).toEqual([1, 10, 50, 100]);
    about(step(blind, 'production.watch-10').took ?? 0, 30 * minute);
  });

  it('[BY-5] reminds and escalates while nobody approves for two days', async () => {
    const late = await rehearsed('faults: [{ approvals: none, for: 2d }]');
    const asked = find(late, { kind: 'gate', state: 'asked' }).at;
    about(find(late, { kind: 'notification', state: 'reminder' }).at - asked, day);
    about(find(late, { kind: 'notification', state: 'escalation' }).at - asked, 2 * day);
    about(find(late, { kind: 'decision' }).at - asked, 2 * day + 10 * minute);
    expect(late.outcome).toBe('succeeded');
  });

  it('[BY-5] ends a deployment that hangs at the limit of its own configuration', async () => {
    const hung = await rehearsed('faults: [{ at: production.deploy, hangs: 2h }]');
    const deploy = step(hung, 'production.deploy');
    expect(deploy).toMatchObject({ state: 'failed', reason: 'stopped after its time limit of 1m' });
    about(deploy.took ?? 0, minute);
    expect(hung.outcome).toBe('rolled-back');
    expect(weights(hung)).toEqual([]);
  });

  it('[BY-5] goes on with a deployment whose worker was lost for five minutes', async () => {
    const lost = await rehearsed('faults: [{ at: production.deploy, worker: lost, for: 5m }]');
    const deploy = step(lost, 'production.deploy');
    expect(deploy).toMatchObject({ state: 'succeeded' });
    expect(deploy.reason).toContain('begun by an earlier attempt');
    about(deploy.took ?? 0, 5 * minute);
    expect(lost.outcome).toBe('succeeded');
  });

  it('[BY-5] tries again what fails once, and gives up what fails always', async () => {
    const failing = await rehearsed(
      'faults: [{ at: staging.smoke, fails: 1 }, { at: production.backup, fails: always }]',
    );
    expect(tries(failing, 'staging.smoke').slice(0, 2)).toEqual(['failed', 'succeeded']);
    expect(failing).toMatchObject({ outcome: 'failed' });
    expect(failing.reason).toContain('production was not touched');
  });

  it('[BY-5] rehearses a rollback, and says what never came up', async () => {
    const back = await rehearsed('faults: [{ at: rollback.restore, fails: 1 }]', 'rollback');
    expect(back.outcome).toBe('succeeded');
    expect(find(back, { kind: 'traffic' }).reason).toBe('v1.3.0 100 %');
    expect(back.remarks).toEqual(['this fault never came up: it fails once at rollback.restore']);
  });
});
