import { describe, expect, it } from 'vitest';
import type { RawCommit } from '../../../src/domain/changes/commits.ts';
import { effectiveCommits } from '../../../src/domain/changes/effective.ts';
import { commit, Grown } from './commit.ts';
import { outcome } from './outcome.ts';

describe('[RW-4] a merge and the commits that it brought are one change', () => {
  it.each<[string, (repository: Grown) => void, string[]]>([
    [
      'a pull request of one commit, with its number',
      (r) =>
        r.add(
          'Merge pull request #7 from ada/topic\n\nfeat: gift wrapping',
          r.branch('feat(basket): gift wrapping.'),
        ),
      ['feat: gift wrapping. #7'],
    ],
    [
      'a pull request of several',
      (r) =>
        r.add('Merge pull request #7 from ada/topic\n\nfeat: gifts', r.branch('feat: paper', 'fix: bows')),
      ['fix: bows #7', 'feat: paper #7'],
    ],
    [
      'a title that says more than its commits',
      (r) => r.add('Merge pull request #7 from ada/topic\n\nfeat: gifts', r.branch('wip', 'more')),
      ['feat: gifts #7'],
    ],
    [
      'a title beside what has a place of its own',
      (r) =>
        r.add(
          'Merge pull request #7 from ada/topic\n\nfeat: gifts',
          r.branch('wip', 'fix: bows', 'chore: tidy'),
        ),
      ['feat: gifts #7', 'chore: tidy #7', 'fix: bows #7'],
    ],
    [
      'a title of its own without a type',
      (r) => r.add('All about gifts', r.branch('feat: gifts')),
      ['feat: gifts'],
    ],
    [
      'a title of its own with a type',
      (r) => r.add('feat: all about gifts', r.branch('feat: gifts')),
      ['feat: gifts'],
    ],
    [
      'a merge of what main has already',
      (r) => {
        const main = r.add('fix: a');
        r.add("Merge branch 'main'", main);
      },
      ['fix: a'],
    ],
    [
      'merges within merges',
      (r) => {
        const inner = r.branch('feat: inner');
        const outer = r.branch('fix: outer');
        r.add('fix: main');
        r.add('Merge pull request #1 from a/b', inner);
        r.add('Merge pull request #2 from c/d', outer);
      },
      ['fix: main', 'fix: outer #2', 'feat: inner #1'],
    ],
    [
      'the numbers of GitLab',
      (r) =>
        r.add(
          "Merge branch 'x' into 'main'\n\nfeat: a\n\nSee merge request acme/shop!12",
          r.branch('feat: a'),
        ),
      ['feat: a #12'],
    ],
    [
      'the numbers of Gitea',
      (r) => r.add("Merge pull request 'feat: a' (#12) from x into main", r.branch('feat: a')),
      ['feat: a #12'],
    ],
    [
      'the numbers of Bitbucket',
      (r) => r.add('Merged in x (pull request #12)', r.branch('feat: a')),
      ['feat: a #12'],
    ],
    ['a squash of Azure DevOps', (r) => r.add('Merged PR 12: feat: a'), ['feat: a #12']],
    [
      'two commits of the same title',
      (r) => {
        r.add('fix: typo');
        r.add('fix: typo (#3)');
      },
      ['fix: typo #3', 'fix: typo'],
    ],
  ])('%s', (_, grow, expected) => {
    expect(outcome(grow).told).toEqual(expected);
  });

  it('what breaks and closes something is not lost with the merge', () => {
    const r = new Grown();
    r.add(
      'Merge pull request #7 from ada/topic\n\nfeat: gifts\n\nBREAKING CHANGE: no paper\n\nCloses #3',
      r.branch('feat: gifts'),
    );
    expect(effectiveCommits(r.commits)).toMatchObject([
      { pr: 7, fixes: [3], breaking: [{ description: 'no paper' }] },
    ]);
  });

  it('a commit that only looks like a merge counts for nothing, and is told', () => {
    for (const text of [
      'Merged in feature/x (pull request #12)',
      "Merge branches 'a' and 'b'",
      "Merge remote-tracking branches 'a' and 'b' into c",
      "Merge tag 'v1'",
    ])
      expect(outcome((r) => r.add(text))).toEqual({
        told: [],
        level: undefined,
        doubts: [expect.stringContaining(text)],
      });
    expect(outcome((r) => r.add('Merge the two carts')).level).toBe('patch');
  });

  it('50,000 commits with a merge in two take no time that grows with their square', () => {
    const commits: RawCommit[] = [];
    let tip: string[] = [];
    for (let at = 0; at < 25_000; at += 1) {
      const topic = { ...commit(`fix: ${at}`), parents: tip };
      const merge = { ...commit(`Merge pull request #${at} from a/b`), parents: [...tip, topic.sha] };
      commits.push(topic, merge);
      tip = [merge.sha];
    }
    const started = performance.now();
    expect(effectiveCommits(commits.reverse())).toHaveLength(25_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
