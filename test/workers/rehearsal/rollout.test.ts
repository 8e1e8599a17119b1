import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { about, find, minute, rehearsalDirectory, rehearsed, step, weights } from './support.ts';

let home: Awaited<ReturnType<typeof rehearsalDirectory>>;
beforeAll(async () => {
  home = await rehearsalDirectory();
});
afterAll(() => home?.remove());

const rollout = (scenario = '') => rehearsed(home.file, 'rollout', scenario);

describe('sluice rehearse rollout', { timeout: 120_000 }, () => {
  it('[BY-5] takes a version that was released before to production, step by step', async () => {
    const good = await rollout();
    expect(good).toMatchObject({ flow: 'rollout', outcome: 'succeeded', version: '1.5.0', remarks: [] });
    expect(step(good, 'rollout.find').reason).toContain('v1.5.0');
    expect(weights(good)).toEqual([1, 10, 50, 100]);
    about(step(good, 'production.watch-10').took ?? 0, 10 * minute);
    about(good.duration, 42 * minute);
    // Nothing of it is prepared or tested again, and nothing is tagged twice.
    expect(good.timeline.map(({ id }) => id)).not.toContain('finalize.tag');
  });

  it('[BY-5] rolls back at 10 % where health fails there', async () => {
    const bad = await rollout('faults: [{ at: 10%, health: fails }]');
    expect(bad.outcome).toBe('rolled-back');
    expect(bad.reason).toMatch(/^at 10 %: 4 health checks in a row failed/);
    expect(weights(bad)).toEqual([1, 10, 0]);
    expect(find(bad, { kind: 'traffic', reason: 'v1.4.0 100 %' }).at).toBeGreaterThan(
      find(bad, { kind: 'fault', state: 'begins' }).at,
    );
  });

  it('[BY-5] holds while the metrics provider is out, and goes on after it', async () => {
    const blind = await rollout('faults: [{ at: 10%, metrics: gone, for: 20m }]');
    expect(blind.outcome).toBe('succeeded');
    const holds = find(blind, { kind: 'evidence', state: 'holds' });
    expect(holds.reason).toContain('the metrics provider does not answer');
    about(find(blind, { kind: 'evidence', state: 'goes on' }).at - holds.at, 20 * minute);
    expect(weights(blind)).toEqual([1, 10, 50, 100]);
  });

  it('[BY-5] is rejected where nobody approves before the approval runs out', async () => {
    const late = await rollout('faults: [{ approvals: none }]');
    expect(late).toMatchObject({
      outcome: 'rejected',
      people: expect.stringContaining('nobody approves') as string,
    });
    expect(weights(late)).toEqual([]);
  });
});
