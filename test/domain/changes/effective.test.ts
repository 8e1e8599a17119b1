import { describe, expect, it } from 'vitest';
import { coverage } from '../../../src/domain/changes/coverage.ts';
import { changesOf, effectiveCommits } from '../../../src/domain/changes/effective.ts';
import { Grown } from './commit.ts';
import { outcome, told } from './outcome.ts';

describe('[RW-4] release commits of other tools', () => {
  it.each([
    '2.0.0-rc.1',
    'v2.0.0',
    'Release v2.0.0-rc.2',
    'Release 2.0.0 (#12)',
    'release: v2.0.0',
    'chore(release): 2.0.0 [skip ci]',
    'chore(main): release shop 2.0.0',
    'chore: release 2.0.0',
    'Bump version to 2.0.0',
    'build: bump version to 2.0.0',
    'Version 2.0.0',
    'Prepare for release 2.0.0',
    'Publish v2.0.0',
    'Version Packages (beta)',
    '[maven-release-plugin] prepare release shop-2.0.0',
    '[maven-release-plugin] prepare for next development iteration',
  ])('%s is none of the changes, and is told', (text) => {
    expect(outcome((r) => [r.add('fix: rounding'), r.add(text)])).toEqual({
      told: ['fix: rounding'],
      level: 'patch',
      doubts: [expect.stringContaining(text)],
    });
  });

  it.each([
    'fix 1.2.3',
    'Python 3.12.1',
    'chore(deps): node 20.1.0',
    'Release the cart',
    'fix: release 2.0.0',
    'release notes',
    'feat: 2.0.0',
  ])('%s is a change', (text) => {
    expect(outcome((r) => r.add(text)).told).toHaveLength(1);
  });

  it('one that breaks something is told', () => {
    expect(outcome((r) => r.add('Release 2.0.0\n\nBREAKING CHANGE: the key is gone'))).toMatchObject({
      level: 'major',
    });
  });
});

describe('[RW-4] what is not listed', () => {
  it('is counted, with its hashes and the reason', () => {
    const r = new Grown();
    r.add('fix: a');
    expect(coverage(changesOf(r.commits))).toBeUndefined();
    const merge = r.add('Merge pull request #7 from a/b', r.branch('feat: b'));
    const back = r.revert(r.add('feat: c'));
    expect(coverage(changesOf(r.commits))).toBe(
      `Of 5 commits, 2 are listed. Not listed – told already by a merge or its commits: 1 (${merge.sha.slice(0, 7)}); taken back, or taking back: 2 (${back.sha.slice(0, 7)}, ${r.commits[1]?.sha.slice(0, 7) ?? ''}).`,
    );
    for (let at = 0; at < 7; at += 1) r.add(`Release 1.0.${at}`);
    expect(coverage(changesOf(r.commits))).toMatch(/version commits: 7 \((?:\w{7}, ){5}and 2 more\)/);
  });
});

describe('[RW-4] a line in a message hides nothing', () => {
  it.each(['Sluice-Run: release/shop/v0.1.0 1234', 'Sluice-Run: x'])('%s', (trailer) => {
    expect(outcome((r) => r.add(`feat!: all\n\n${trailer}`))).toMatchObject({
      told: ['feat: all'],
      level: 'major',
    });
    expect(outcome((r) => r.add(`words\n\n${trailer}`)).level).toBe('patch');
  });

  it("what a release of Sluice's made tells nothing", () => {
    const r = new Grown();
    const branch = r.branch('chore(release): v0.1.0\n\nSluice-Run: release/shop/v0.1.0 1234');
    r.add('Merge release/shop/v0.1.0\n\nSluice-Run: release/shop/v0.1.0 1234', branch);
    r.add('feat: totals');
    expect(effectiveCommits(r.commits).map(told)).toEqual(['feat: totals']);
  });
});
