import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execa } from 'execa';
import type { BundleRequest, DescribedBundle } from '../../../src/activities/gates/bundle.ts';
import type { PreviewAnswer } from '../../../src/domain/flows/preview.ts';
import { renderApproval } from '../../../src/domain/gates/approval-details.ts';
import { renderNoted, renderTakenBack } from '../../../src/domain/gates/taken-back-details.ts';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, stagingAndProduction } from '../support.ts';

let world: ActivityWorld;
let deployments = 0;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
});
afterEach(() => world.end());

async function described(more: Partial<BundleRequest> = {}): Promise<DescribedBundle> {
  const { value } = await world.attempt((activities) =>
    activities.describeBundle(world.ref('approval.bundle'), {
      environment: 'production',
      version: '2.0.1',
      branch: 'main',
      changes: [],
      concerns: [],
      ...more,
    }),
  ).outcome;
  if (!value) throw new Error('nothing was described');
  return value;
}

async function tagged(name: string): Promise<string> {
  await world.sandbox.git(['tag', name]);
  await world.sandbox.git(['push', '--quiet', 'origin', name]);
  return world.sandbox.git(['rev-parse', 'HEAD']);
}

/** Production runs it from now on. */
async function runs(version: string, commit: string): Promise<void> {
  const target = { product: 'shop', environment: 'production', version, commit, previousVersion: undefined };
  deployments += 1;
  await world.attempt((activities) =>
    activities.rollBack(world.ref('rollback.execute', deployments), { target, to: { version, commit } }),
  ).outcome;
}

/** A line of the deployment history; newest first counts the time. */
const history = (version: string, status: string, at: string, notes = '', run = `release/shop/v${version}`) =>
  world.attempt((activities) =>
    activities.record([], {
      key: `${version}/${status}/${at}`,
      run,
      product: 'shop',
      environment: 'production',
      at,
      version,
      type: 'Release',
      status,
      rollback: 'N/A',
      notes,
    }),
  ).outcome;

/** As an approver reads it. */
const shown = ({ bundle, newMigrations, notes = '', past }: DescribedBundle): string =>
  renderApproval({
    title: 'Shop',
    bundle,
    newMigrations,
    places: [],
    notes,
    concerns: [],
    checks: [],
    takenBack: past ? renderTakenBack(past, 'production') : '',
    noted: past ? renderNoted(past) : '',
    void: [],
  });

/** Many commits at once, as `git fast-import` makes them. */
async function many(count: number): Promise<void> {
  const tip = await world.sandbox.git(['rev-parse', 'main']);
  const lines = Array.from({ length: count }, (_, at) => {
    const message = at % 3 === 0 ? `feat: thing ${at}` : `fix: thing ${at}`;
    return [
      'commit refs/heads/main',
      `committer Ada <ada@example.org> ${1_800_000_000 + at} +0000`,
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(at === 0 ? [`from ${tip}`] : []),
      `M 100644 inline f${at % 7}`,
      `data ${String(at).length}`,
      String(at),
    ].join('\n');
  });
  await execa('git', ['fast-import', '--quiet', '--force'], {
    cwd: world.sandbox.checkout,
    input: `${lines.join('\n')}\n`,
  });
  await world.sandbox.git(['push', '--quiet', 'origin', 'main']);
  await world.sandbox.git(['reset', '--quiet', '--hard', 'main']);
}

describe('[RW-8] what an approver is told is included', () => {
  it('has true numbers at every size, and says where the whole list is', async () => {
    const base = await tagged('v1.0.0');
    await runs('1.0.0', base);
    await many(3_000);
    const bundle = await described({ since: 'v1.0.0', hasNotes: true });
    expect(bundle.bundle.size).toMatchObject({
      commits: 3_000,
      changes: 3_000,
      files: 7,
      sections: [
        { title: 'Added', count: 1_000 },
        { title: 'Fixed', count: 2_000 },
      ],
    });
    const text = shown(bundle);
    expect(text).toContain(
      '3,000 changes in 3,000 commits and 7 files, since v1.0.0, which production runs.',
    );
    expect(text).toContain(`80 of the 3,000 are shown here. The whole list: git log ${base.slice(0, 10)}..`);
    expect(text).toContain('**Fixed** (2,000)');
    expect(text).toContain('- … and 1,960 more');
    expect(text).toContain('it is large (3,000 changes)');
    expect(bundle.notes).toBeUndefined();
  });

  it('is parsed as for a changelog: what was taken back is out, and nothing is raw', async () => {
    const base = await tagged('v1.0.0');
    await runs('1.0.0', base);
    const gone = await world.sandbox.commit('feat: express delivery', { 'a.txt': 'a' });
    await world.sandbox.commit(`Revert "feat: express delivery"\n\nThis reverts commit ${gone}.`, {
      'a.txt': '',
    });
    await world.sandbox.commit('feat(basket)!: prices in cents (#12)', { 'b.txt': 'b' });
    await world.sandbox.commit('docs: a word', { 'c.txt': 'c' });
    const { bundle } = await described();
    expect(bundle.scope).toEqual(['Breaking: basket: prices in cents (#12)', 'Housekeeping: docs: a word']);
    expect(shown(await described())).toContain(
      'Of 4 commits, 2 are listed. Not listed – taken back, or taking back: 2 (',
    );
  });
});

it('[RW-14] what was noted of the version that runs is named before the next one is decided, until it is closed', async () => {
  await world.sandbox.commit('feat: a shop', {});
  const base = await tagged('v1.0.0');
  await history('1.0.0', 'Success', '2026-03-01T10:00:00.000Z', '', 'test');
  await runs('1.0.0', base);
  await world.sandbox.commit('fix: a typo', {});
  // The run of every attempt here is called `test`.
  await world.attempt((activities) =>
    activities.openIssue(world.ref('issue.noted-1'), {
      title: 'a *slow* search',
      body: 'x',
      severity: 'low',
    }),
  ).outcome;
  expect(shown(await described())).toContain(
    '#### Noted before, and still open\n\n- #1 a \\*slow\\* search (<file:',
  );
  const answer = (await world.attempt((activities) =>
    activities.inquire({ kind: 'preview', flow: 'release', input: { product: 'shop' } }),
  ).outcome) as PreviewAnswer;
  expect(JSON.stringify(answer)).toContain('Noted with v1.0.0, and still open: #1 a *slow* search (file:');
  await world.sandbox.commit('fix: the search\n\nfixes #1', {});
  expect(shown(await described())).not.toContain('Noted before');
});

describe('[RW-8] a version was taken back before', () => {
  let base: string;
  beforeEach(async () => {
    await world.sandbox.commit('feat: a shop', {});
    base = await tagged('v1.0.0');
    await world.sandbox.commit('feat!: prices in cents', { 'cents.txt': 'x' });
    await tagged('v2.0.0');
    await history('1.0.0', 'Success', '2026-03-01T10:00:00.000Z');
    await history('2.0.0', 'Success', '2026-03-02T10:00:00.000Z');
    await history('2.0.0', 'Rolled back', '2026-03-02T11:30:00.000Z', 'prices are wrong', 'test');
    await runs('1.0.0', base);
    await world.sandbox.commit('fix: a typo', {});
  });

  const previewed = async (flow: 'release' | 'rollout', more: object = {}): Promise<string> => {
    const answer = (await world.attempt((activities) =>
      activities.inquire({ kind: 'preview', flow, input: { product: 'shop', ...more } }),
    ).outcome) as PreviewAnswer;
    if (!answer.ok) throw new Error(answer.problems.join());
    const { subtitle, sections } = answer.preview;
    return [
      subtitle,
      ...sections.flatMap(({ title, lines }) => lines.map((line) => `${title}: ${line}`)),
    ].join('\n');
  };

  it('and all counts from what production runs, with what was taken back named, when, why, and its open tasks', async () => {
    // The run of every attempt here is called `test`.
    const opened = await world.attempt((activities) =>
      activities.openIssue(world.ref('rollback.issue'), {
        title: 'Mend the prices',
        body: 'x',
        severity: 'high',
      }),
    ).outcome;
    expect(opened.ok).toBe(true);
    const found = await described({ since: 'v2.0.0', hasNotes: true });
    expect(found.bundle.previousVersion).toBe('1.0.0');
    expect(found.bundle.scope).toEqual([
      expect.stringMatching(/^Breaking: prices in cents/) as string,
      expect.stringMatching(/^Fixed: a typo/) as string,
    ]);
    expect(found.bundle.risk).toMatchObject({
      level: 'high',
      reasons: [
        'v2.0.0 was taken back in production on 2026-03-02 11:30 UTC: prices are wrong',
        'it contains 1 breaking change',
      ],
    });
    expect(found.notes).toContain('Prices in cents');
    const text = shown(found);
    expect(text).toContain(
      '#### Taken back before\n\n- v2.0.0 was taken back in production on 2026-03-02 11:30 UTC: prices are wrong.\n  - Still open: #1 Mend the prices (<file:',
    );
  });

  it('the preview of the next release says the same before it is started', async () => {
    const text = await previewed('release');
    expect(text).toContain(
      'Warning: v2.0.0 was taken back in production on 2026-03-02 11:30 UTC: prices are wrong.',
    );
    expect(text).toContain('Warning: production runs v1.0.0: what is new is counted from there.');
    expect(text).toMatch(/Since v1\.0\.0: Breaking: prices in cents/);
    expect(text).toMatch(/Since v1\.0\.0: Fixed: a typo/);
  });

  it('the rollout of that very version too', async () => {
    const text = await previewed('rollout', { version: '2.0.0' });
    expect(text).toContain('taken back before, commit');
    expect(text).toContain('Warning: v2.0.0 was taken back');
    expect(text).not.toContain('released before');
    const found = await described({ version: '2.0.0', branch: 'v2.0.0', since: 'v1.0.0' });
    expect(found.past).toMatchObject({ released: true, takenBack: [{ version: '2.0.0', tasks: [] }] });
    expect(found.bundle.risk.level).toBe('high');
  });

  it('and of one that has a tag and nothing else, it is not said that it was released', async () => {
    await tagged('v3.0.0');
    expect(await previewed('rollout', { version: '3.0.0' })).toContain(
      'a tag that production never ran, commit',
    );
  });

  it('and is not named any more once it holds again', async () => {
    await history('2.0.0', 'Success', '2026-03-03T10:00:00.000Z');
    expect((await described()).past).toMatchObject({ takenBack: [] });
  });
});
