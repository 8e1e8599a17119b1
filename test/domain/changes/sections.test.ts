import { expect, it } from 'vitest';
import { changelogBlocks } from '../../../src/domain/changes/changelog-blocks.ts';
import { parseCommit } from '../../../src/domain/changes/commits.ts';
import { commit } from './commit.ts';

it('[RW-4] 100,000 commits of one section are listed in no time that grows with their square', () => {
  const one = parseCommit(commit('fix: a'));
  const started = performance.now();
  expect(changelogBlocks(Array.from({ length: 100_000 }, () => one))[0]?.lines).toHaveLength(100_000);
  // With a copy of the section for each commit it was 13 s of a quiet machine's time.
  expect(performance.now() - started).toBeLessThan(8_000);
});

it('[RW-4] what breaks ends with one full stop before what to do about it', () => {
  const note = 'BREAKING CHANGE: divide by 100.\nMigration: run the script';
  const [block] = changelogBlocks([parseCommit(commit('feat(cart)!: prices in cents (#12)', note))]);
  expect(block?.lines).toEqual([
    '- **cart**: prices in cents (#12). divide by 100. Migration: run the script',
  ]);
});
