import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import semver from 'semver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReleaseFacts } from '../../../src/activities/release/facts.ts';
import type { SourceRef } from '../../../src/activities/ports/index.ts';
import { localHistory, openLocalRepository } from '../../../src/adapters/git/local-repository.ts';
import { backtest } from '../../../src/workers/local/backtest.ts';
import { Growing, kinds, manifests } from './kinds.ts';
import { styles } from './styles.ts';

let root: string;
let made = 0;
const place = () => join(root, `${(made += 1)}`);
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-backtest-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

/** A history with a release of each kind in each style, tagged by what is right. */
async function grown(prefix: string): Promise<{ history: Growing; releases: number }> {
  const history = new Growing(place());
  let version = '1.0.0';
  let releases = 1;
  history.change('feat: begin', { version });
  history.commit('chore: manifests', { files: manifests(0) });
  history.tag(`${prefix}${version}`);
  for (const style of Object.values(styles))
    for (const { step, grow } of kinds) {
      await grow(history);
      version = semver.inc(version, step) ?? '';
      style(history, version, `${prefix}${version}`);
      releases += 1;
    }
  await history.done();
  return { history, releases };
}

describe('[RW-4] sluice backtest versions', () => {
  it.each(['v', 'shop-v', '@acme/shop@'])(
    'calls every release of a history with tags %s… what is right',
    async (prefix) => {
      const { history, releases } = await grown(prefix);
      expect(releases).toBeGreaterThan(200);
      const found = await backtest({ repository: history.directory });
      expect(found.differ).toEqual([]);
      expect(found).toMatchObject({ releases, agree: releases, prereleases: { releases: 0 }, byPackage: 0 });
    },
  );

  it('asks the rules of releases: the same as they say at that commit with those tags', async () => {
    const { history } = await grown('v');
    const { rows } = await backtest({ repository: history.directory });
    const repository = await openLocalRepository(history.directory);
    for (const [at, row] of rows.entries()) {
      if (at % 25 !== 1) continue;
      const source = localHistory(repository, row.commit);
      const known = new Set(rows.slice(0, at).map(({ tag }) => tag));
      const tags = async (ref: SourceRef) => (await source.tags(ref)).filter(({ name }) => known.has(name));
      const ref = { product: 'shop', main: 'main' };
      const facts = await readReleaseFacts({ ...source, tags }, ref, {}, { product: 'shop' });
      expect(facts.version, row.tag).toMatchObject({ ok: true, version: row.sluice });
    }
  });

  it('has rules for versions below 1.0.0, for a first version, and for one that a person wrote', async () => {
    const history = new Growing(place());
    history.change('feat: begin', { version: '0.1.0' });
    history.tag('v0.1.0');
    history.add('feat!: break');
    history.tag('v0.2.0');
    history.add('feat: add');
    history.tag('v0.3.0');
    history.change('feat: leave 0.x', { version: '1.0.0' });
    history.tag('v1.0.0');
    await history.done();
    expect(await backtest({ repository: history.directory })).toMatchObject({
      releases: 4,
      agree: 4,
      differ: [],
      byPackage: 1,
    });
  });

  it('follows branches: an older line goes on from its own, a release branch is judged by what it brings', async () => {
    const history = new Growing(place());
    const first = history.add('feat: begin');
    history.tag('v1.0.0');
    history.add('feat!: all anew');
    history.tag('v2.0.0');
    const fix = history.commit('fix: for those who stay', { branch: '1.x', parents: [first] });
    history.tag('v1.0.1', fix);
    // git flow: develop, a release branch with a version commit, and a merge into main, which develop never gets
    const feature = history.commit('feat: by flow', { branch: 'develop', parents: [history.tip()] });
    const manifest = (version: string) => ({ 'package.json': { name: 'shop', version } });
    const version = history.commit('Bump version to 2.1.0', {
      branch: 'release',
      parents: [feature],
      files: manifest('2.1.0'),
    });
    history.commit("Merge branch 'release/2.1.0'", { parents: [history.tip(), version], files: {} });
    history.tag('v2.1.0');
    const next = history.commit('fix: by flow', { branch: 'develop', parents: [feature] });
    const again = history.commit('Bump version to 2.1.1', {
      branch: 'release',
      parents: [next],
      files: manifest('2.1.1'),
    });
    history.commit("Merge branch 'release/2.1.1'", { parents: [history.tip(), again], files: {} });
    history.tag('v2.1.1');
    await history.done();
    const found = await backtest({ repository: history.directory });
    expect(found.differ).toEqual([]);
    expect(found).toMatchObject({ releases: 5, agree: 5, byPackage: 0 });
  });

  it('pre-releases are counted apart, and go on with the version that was under way', async () => {
    const history = new Growing(place());
    history.add('feat: begin');
    history.tag('v1.0.0');
    for (const [message, ...tags] of [
      ['feat: one', 'v1.1.0-rc.1'],
      ['fix: two', 'v1.1.0-rc.2'],
      ['docs: three', 'v1.1.0-rc.3', 'v1.1.0'],
      ['fix: a person decides on more', 'v2.0.0-beta.1'],
      ['fix: and it goes on', 'v2.0.0-beta.2'],
      ['fix: otherwise written', 'v2.0.0-beta3'],
    ] as const) {
      history.add(message);
      for (const tag of tags) history.tag(tag);
    }
    await history.done();
    const found = await backtest({ repository: history.directory });
    expect(found).toMatchObject({ releases: 2, agree: 2, prereleases: { releases: 6, agree: 4 } });
    expect(found.prereleases.differ).toMatchObject([
      { tag: 'v2.0.0-beta3', sluice: '2.0.0-beta.3', kind: 'form' },
      { tag: 'v2.0.0-beta.1', sluice: '1.1.1-beta.1', kind: 'higher' },
    ]);
  });
});

describe('[RW-4] why a release differs', () => {
  it('is said of each in one sentence', async () => {
    const history = new Growing(place());
    history.add('feat: begin');
    history.tag('v0.7.0');
    const steps: readonly (readonly [string, string])[] = [
      ['v0.8.0', 'Round rightly'],
      ['v0.8.1', 'feat: totals (#7)'],
      ['v0.8.2', 'chore: tidy'],
      ['v0.10.0', 'feat: two on'],
      ['v0.9.0', 'feat: backwards'],
      ['v1.0.0', 'Make it ready'],
    ];
    for (const [tag, message] of steps) {
      history.add(message);
      history.tag(tag);
    }
    history.tag('v1.0.1');
    history.change('fix: as the manifest has it', { version: '1.3.0' });
    history.tag('v1.2.0');
    await history.done();
    const { differ, reasons } = await backtest({ repository: history.directory });
    expect(differ.map(({ published, sluice, kind, reason }) => [published, sluice, kind, reason])).toEqual([
      ['1.2.0', '1.3.0', 'package', 'package.json already says 1.3.0, which is not tagged yet.'],
      ['1.0.1', null, 'nothing', 'There are no commits since v1.0.0.'],
      [
        '1.0.0',
        '0.11.0',
        'higher',
        expect.stringMatching(
          /^A major was published; the commits ask for no more than minor: feat: backwards \([0-9a-f]{7}\)\.$/,
        ),
      ],
      ['0.9.0', '0.11.0', 'order', 'v0.10.0 is in its history, and versions only go up.'],
      ['0.10.0', '0.9.0', 'skipped', 'minor after 0.8.2 is 0.9.0.'],
      ['0.8.2', null, 'nothing', 'The only commit since v0.8.1 changes nothing that users get: 1 chore.'],
      [
        '0.8.1',
        '0.9.0',
        'lower',
        expect.stringMatching(
          /^A patch was published, but minor is asked for: feat: totals \(#7\) \([0-9a-f]{7}\)\.$/,
        ),
      ],
      [
        '0.8.0',
        '0.7.1',
        'higher',
        expect.stringMatching(
          /^A minor was published; the commits ask for no more than patch: Round rightly \([0-9a-f]{7}\), which says no type\.$/,
        ),
      ],
      ['0.7.0', '1.0.0', 'first', 'The first release: there is no version tag yet.'],
    ]);
    expect(reasons).toEqual({ package: 1, nothing: 2, higher: 2, order: 1, skipped: 1, lower: 1, first: 1 });
  });
});
