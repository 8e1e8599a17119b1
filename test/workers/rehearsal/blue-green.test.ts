import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rehearsed } from '../../../src/domain/rehearsal/result.ts';
import {
  about,
  find,
  minute,
  rehearsalDirectory,
  rehearsed,
  shopWithBlueGreen,
  shopWithRollout,
  step,
  tries,
  weights,
} from './support.ts';

let home: Awaited<ReturnType<typeof rehearsalDirectory>>;
let canary: typeof home;
let without: typeof home;
beforeAll(async () => {
  home = await rehearsalDirectory(shopWithBlueGreen());
  canary = await rehearsalDirectory(`${await shopWithBlueGreen()}  canary: true\n`);
  without = await rehearsalDirectory(shopWithRollout());
});
afterAll(() => Promise.all([home, canary, without].map((each) => each?.remove())));

const blueGreen = (scenario = '', at = home): Promise<Rehearsed> => rehearsed(at.file, 'blueGreen', scenario);

/** What green gets of the traffic, whatever commit it is by then. */
const greens = (of: Rehearsed): number[] => weights(of, /v1\.4\.0-g[0-9a-f]{8} (\d+) %/);
/** Who was asked to help, in turn. */
const helpers = ({ timeline }: Rehearsed): string[] =>
  timeline
    .filter(({ kind, what }) => kind === 'note' && what === 'fix-loop')
    .flatMap(({ reason }) => /^(driver|senior|trio|person): /.exec(reason)?.[1] ?? []);

describe('sluice rehearse blue-green', { timeout: 120_000 }, () => {
  it('[BY-5] puts a good version beside blue, has it tested, reviewed and accepted, and it takes over', async () => {
    const good = await blueGreen();
    expect(good).toMatchObject({ flow: 'blueGreen', outcome: 'succeeded', remarks: [] });
    expect(good.version).toBe('1.4.0-gdddddddd');
    expect(greens(good)).toEqual([100]);
    expect(step(good, 'review.verdict').reason).toMatch(/^consensus: 4 of 4 approve/);
    expect(tries(good, 'fix.driver')).toEqual([]);
    about(step(good, 'review.trio.security').took ?? 0, 2 * minute);
    // Two approvals of ten minutes, four checks, three rounds of agents of two minutes, of whom one is a person and takes five.
    about(good.duration, 34 * minute, 3 * minute);
    const gates = good.timeline.filter(({ kind }) => kind === 'gate').map(({ id }) => id);
    expect(gates).toEqual(['green', 'review.juniors.first', 'production']);
  });

  it('[BY-5] has the driver mend a green that crashes, and puts the fix beside blue', async () => {
    const mended = await blueGreen('faults: [{ green: crashes }]');
    expect(mended.outcome).toBe('succeeded');
    expect(tries(mended, 'green.deploy')).toEqual(['failed', 'succeeded']);
    expect(step(mended, 'green.deploy').reason).toContain('it ended with code 1 before it answered');
    expect(step(mended, 'fix.commit').reason).toMatch(
      /^[0-9a-f]{10} on blue-green\/shop\/.+: src\/index\.js$/,
    );
    expect(helpers(mended)).toEqual(['driver']);
    expect(mended.version).not.toBe('1.4.0-gdddddddd');
    expect(step(mended, 'docs.branch').state).toBe('succeeded');
  });

  it('[BY-5] asks the senior, the trio and then a person about what nobody can mend, and the safe answer leaves blue alone', async () => {
    const hopeless = await blueGreen('faults: [{ green: unhealthy, times: always }]');
    expect(hopeless.outcome).toBe('returned-to-development');
    const rounds = [
      'driver',
      'senior',
      'driver',
      'senior',
      'driver',
      'senior',
      'driver',
      'trio',
      'driver',
      'person',
    ];
    expect(helpers(hopeless)).toEqual(rounds);
    expect(find(hopeless, { kind: 'gate', id: 'fix-loop' }).what).toContain('Green does not get any further');
    about(
      find(hopeless, { kind: 'decision', id: 'fix-loop' }).at -
        find(hopeless, { kind: 'gate', id: 'fix-loop' }).at,
      5 * minute,
    );
    expect(greens(hopeless)).toEqual([]);
    expect(hopeless.reason).toContain('blue is untouched: production serves v1.4.0');
  });

  it('[BY-5] mends what fails a test, and what reviewers ask for, before people are asked', async () => {
    const asked = await blueGreen('faults: [{ at: tests.unit, fails: 1 }, { review: fixes }]');
    expect(asked.outcome).toBe('succeeded');
    expect(tries(asked, 'tests.unit')).toEqual(['failed', 'succeeded', 'succeeded']);
    expect(tries(asked, 'review.verdict')).toEqual(['failed', 'succeeded']);
    expect(step(asked, 'review.senior').reason).toContain('rejects it: simulated finding 1 (high)');
    expect(tries(asked, 'fix.commit')).toHaveLength(2);
  });

  it('[BY-5] returns it to development where the review finds major flaws', async () => {
    const flawed = await blueGreen('faults: [{ review: major-flaws }]');
    expect(flawed.outcome).toBe('returned-to-development');
    expect(flawed.reason).toMatch(/^major flaws in the review: 1 critical: simulated flaw/);
    expect(greens(flawed)).toEqual([]);
    expect(step(flawed, 'rollback.stop-green').state).toBe('succeeded');
  });

  it('[BY-5] stops green where its promotion is refused', async () => {
    const refused = await blueGreen('people: { answers: { production: reject } }');
    expect(refused.outcome).toBe('rejected');
    expect(step(refused, 'approval.green').state).toBe('succeeded');
    expect(step(refused, 'approval.production').state).toBe('failed');
    expect(step(refused, 'rollback.stop-green').reason).toBe('v1.4.0-gdddddddd is stopped');
    expect(greens(refused)).toEqual([]);
  });

  it('[BY-5] rolls back a promotion by steps where green makes errors at 10 %', async () => {
    const bad = await blueGreen('faults: [{ at: 10%, error-rate: 20% }]', canary);
    expect(bad.outcome).toBe('rolled-back');
    expect(greens(bad)).toEqual([1, 10, 0]);
    expect(bad.reason).toContain('error-rate: 20 % is over 5 %');
  });

  it('[BY-5] asks nobody for a product that lacks what it needs, and says all of it', async () => {
    const blocked = await blueGreen('', without);
    expect(blocked.outcome).toBe('blocked');
    expect(blocked.blockers).toEqual([
      expect.stringContaining('requirements: '),
      expect.stringContaining('infrastructure: '),
      expect.stringContaining('rollback plan: '),
      expect.stringContaining('review: '),
    ]);
    expect(blocked.timeline.map(({ kind }) => kind)).not.toContain('gate');
  });
});
