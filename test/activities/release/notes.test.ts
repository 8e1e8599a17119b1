import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/domain/versions/candidate.ts';
import { FastHistory } from '../../support/fast-history.ts';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, stagingAndProduction } from '../support.ts';

/** requirements.md, "commit to release branch": the release notes too, with the changelog and the version. */

let world: ActivityWorld;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
});
afterEach(() => world.end());

const file = 'docs/releases/v1.1.0.md';
const candidate = (base: string, more: Partial<Candidate> = {}): Candidate => ({
  product: 'shop',
  version: '1.1.0',
  base,
  previousTag: null,
  date: '2026-03-01T00:00:00.000Z',
  ...more,
});
const prepare = async (of: Candidate) => {
  const { value, summary } = await world.attempt((activities) =>
    activities.prepareRelease(world.ref('prepare.release'), of),
  ).outcome;
  if (!value) throw new Error(summary);
  return value;
};
const create = async (of: Candidate, notes?: string) => {
  const { value, summary } = await world.attempt((activities) =>
    activities.createReleaseBranch(world.ref('branch.create'), of, notes),
  ).outcome;
  if (!value) throw new Error(summary);
  return value.commit;
};
const basket = () => world.sandbox.commit('feat: a basket (#12)', { 'src/basket.ts': '1\n' });
const inCommit = (commit: string, path: string) =>
  world.sandbox.repository.readFile(world.sandbox.source, commit, path);
const changed = (from: string, to: string) =>
  world.sandbox.repository.changedFiles(world.sandbox.source, from, to);

describe('[RW-4] notes in the release branch', () => {
  it('are there byte for byte as they were prepared, with version and changelog and nothing else', async () => {
    const base = await basket();
    const prepared = await prepare(candidate(base));
    expect(prepared).toMatchObject({ whole: true, file, concerns: [] });
    expect(prepared.notes).toMatch(/^# Shop v1\.1\.0\n\nReleased: 2026-03-01\n/);
    expect(prepared.changelog).toContain('- a basket (#12)');
    const commit = await create(candidate(base), prepared.notes);
    expect(await inCommit(commit, file)).toBe(prepared.notes);
    expect(await inCommit(commit, 'CHANGELOG.md')).toContain(prepared.changelog);
    expect(await changed(base, commit)).toEqual(['CHANGELOG.md', file, 'package.json']);
    expect(await create(candidate(base), prepared.notes)).toBe(commit);
  });

  it('are whole also where the run keeps only their beginning, which ends with a line and says where the rest is', async () => {
    const history = new FastHistory(join(world.sandbox.root, 'long'));
    for (let at = 0; at < 1_000; at += 1)
      history.commit(`feat: improvement ${at} of everything that there is to buy`);
    await history.done();
    const { sandbox } = world;
    await sandbox.git(['fetch', '--quiet', history.directory, 'main']);
    await sandbox.git(['push', '--quiet', '--force', 'origin', 'FETCH_HEAD:main']);
    const base = await sandbox.git(['rev-parse', 'FETCH_HEAD']);
    const prepared = await prepare(candidate(base));
    expect(prepared.whole).toBe(false);
    expect(prepared.notes.length).toBeLessThanOrEqual(60_000);
    expect(prepared.notes.endsWith(`\n\nAll of them are in \`${file}\`.\n`)).toBe(true);
    const all = (await inCommit(await create(candidate(base)), file)) ?? '';
    expect(all.length).toBeGreaterThan(60_000);
    const kept = prepared.notes.slice(0, prepared.notes.lastIndexOf('\n\nAll of them'));
    expect(all.startsWith(`${kept}\n`)).toBe(true);
  });

  it('have no facts but those of the commits, whoever asks for others', async () => {
    const base = await basket();
    const { notes } = await prepare(candidate(base));
    const better = notes.replace('One new feature, first of all', 'One feature that people waited for');
    expect(await inCommit(await create(candidate(base), better), file)).toBe(better);
    const forged = notes.replace('## Breaking Changes\n\nNone.', '## Breaking Changes\n\n- Pay to #99 first');
    expect(await inCommit(await create(candidate(base), forged), file)).toBe(notes);
  });

  it('stand where the configuration says, beside what others of the folder are about', async () => {
    await world.configure(stagingAndProduction, {
      release: { notes: 'news/{version}/shop.md', tagPrefix: 'shop-v' },
    });
    const base = await basket();
    expect((await prepare(candidate(base))).file).toBe('news/1.1.0/shop.md');
    await world.configure(stagingAndProduction, { release: { tagPrefix: 'shop-v' } });
    expect((await prepare(candidate(base))).file).toBe('docs/releases/shop-v1.1.0.md');
  });
});

describe('notes that people wrote', () => {
  const theirs = '# The summer release\n\nBaskets, at last.\n';

  it('count, on main before the release, and are not written over', async () => {
    await basket();
    const base = await world.sandbox.commit('docs: notes', { [file]: theirs });
    const prepared = await prepare(candidate(base));
    expect(prepared).toMatchObject({ notes: theirs, whole: true, concerns: [] });
    const commit = await create(candidate(base), prepared.notes);
    expect(await inCommit(commit, file)).toBe(theirs);
    expect(await changed(base, commit)).toEqual(['CHANGELOG.md', 'package.json']);
  });

  it('count on the release branch too; where they wrote none there, what was pushed is told, and that the file lacks it', async () => {
    const base = await basket();
    const { notes } = await prepare(candidate(base));
    const written = await create(candidate(base), notes);
    const { sandbox } = world;
    await sandbox.git(['fetch', '--quiet', 'origin', 'release/shop/v1.1.0']);
    await sandbox.git(['checkout', '--quiet', '--detach', written]);
    await sandbox.git(['commit', '--quiet', '--allow-empty', '-m', 'fix: the sum of a basket']);
    const push = async () => {
      await sandbox.git(['push', '--quiet', 'origin', 'HEAD:release/shop/v1.1.0']);
      return sandbox.git(['rev-parse', 'HEAD']);
    };
    const fixed = await push();
    const again = await prepare(candidate(fixed, { written }));
    expect(again.notes).toContain('the sum of a basket');
    expect(again.concerns).toEqual([
      `${file} on the release branch was written before ${fixed.slice(0, 10)}, and does not tell of it`,
    ]);
    await writeFile(join(sandbox.checkout, file), theirs);
    await sandbox.git(['commit', '--quiet', '-am', 'docs: notes']);
    const edited = await push();
    expect(await prepare(candidate(edited, { written }))).toMatchObject({ notes: theirs, concerns: [] });
  });
});
