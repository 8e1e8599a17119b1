import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommitGraph } from '../../../src/adapters/git/commit-graph.ts';
import { readCommits } from '../../../src/adapters/git/commits.ts';

import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts';
import { FastHistory } from '../../support/fast-history.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-graph-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

/** The same numbers at each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

it('[RW-4] a release reads what came since the last one, also where clocks of commits went wrong', async () => {
  const any = numbers(7);
  const history = new FastHistory(join(root, 'clocks'));
  const marks = [history.commit('begin')];
  for (let made = 0; made < 300; made += 1) {
    const some = () => marks[marks.length - 1 - any(Math.min(marks.length, 12))] ?? 1;
    const parents = [...new Set(any(3) === 0 ? [some(), some()] : [some()])];
    marks.push(history.commit(`commit ${made}`, { parents, files: {}, at: 1_600_000_000 + any(40) * 60 }));
  }
  for (const mark of marks.filter((_, at) => at % 8 === 1)) history.tag(`t${mark}`, mark);
  await history.done();
  const ref = { product: 'shop', remote: history.directory, main: 'main' };
  const source = createGitRepository({ directory: join(root, 'clones') });
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: history.directory, encoding: 'utf8' }).split('\n').filter(Boolean);
  const names = (await source.tags(ref)).map(({ name }) => name);
  for (const [at, since] of names.entries()) {
    const until = names[(at * 7 + 3) % names.length] ?? '';
    const known = new Set(git('rev-list', since));
    const exact = git('rev-list', until).filter((sha) => !known.has(sha));
    const read = await source.commits(ref, { since, until });
    expect(read.map(({ sha }) => sha).sort(), `${since}..${until}`).toEqual(exact.sort());
  }
});

it.each([1, 2, 3])(
  '[RW-4] answers as git does, with merges of any kind and clocks that go wrong (%i)',
  async (seed) => {
    // git itself lists too much where clocks are wrong by more than a few commits (its `SLOP`).
    const wrong = seed === 3 ? 40 : 3;
    const any = numbers(seed);
    const history = new FastHistory(join(root, `${seed}`));
    const marks = [history.commit('begin')];
    for (let made = 0; made < 200; made += 1) {
      const some = () => marks[marks.length - 1 - any(Math.min(marks.length, 12))] ?? 1;
      const parents = [...new Set(any(3) === 0 ? [some(), some()] : [some()])];
      marks.push(
        history.commit(`commit ${made}`, {
          parents,
          files: {},
          at: 1_600_000_000 + (made + any(wrong)) * 60,
        }),
      );
    }
    const hashes: string[] = [];
    for (const mark of marks) hashes.push(await history.hash(mark));
    for (const mark of marks) history.tag(`t${mark}`, mark);
    await history.done();
    const repository = await openLocalRepository(history.directory);
    const input = hashes.map((hash) => `${hash}\n`).join('');
    const graph = new CommitGraph(await readCommits(repository, ['--stdin'], input));
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: history.directory, encoding: 'utf8' }).split('\n').filter(Boolean);
    for (let asked = 0; asked < 40; asked += 1) {
      const [until = '', since = ''] = [hashes[any(hashes.length)], hashes[any(hashes.length)]];
      const range = graph.range(until, since).map(({ sha }) => sha);
      const known = new Set(git('rev-list', since));
      expect(new Set(range)).toEqual(new Set(git('rev-list', until).filter((sha) => !known.has(sha))));
      if (wrong < 5) expect(range).toEqual(git('log', '--date-order', '--format=%H', until, `^${since}`));
      expect(graph.range(until).map(({ sha }) => sha)).toEqual(
        git('log', '--date-order', '--format=%H', until),
      );
      const history = new Set(git('rev-list', until));
      const within = graph.within(until);
      expect(hashes.filter((hash) => within(hash) !== history.has(hash))).toEqual([]);
    }
    const [first = ''] = hashes;
    expect(graph.named(first.slice(0, 12))).toBe(first);
    expect(graph.named('')).toBeUndefined();
    expect(graph.named('0123456789')).toBeUndefined();
    expect(graph.range('0'.repeat(40))).toEqual([]);
  },
);
