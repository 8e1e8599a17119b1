import { expect } from 'vitest';
import type { ParsedCommit } from '../../../src/domain/changes/commits.ts';
import { changesOf } from '../../../src/domain/changes/effective.ts';
import { neededLevel } from '../../../src/domain/versions/level.ts';
import { Grown } from './commit.ts';

export const told = ({ type, subject, pr }: ParsedCommit): string =>
  `${type}: ${subject}${pr === undefined ? '' : ` #${pr}`}`;

/** What is told of a history, the level that it asks for, and what is left for people to look at. No commit is lost on the way. */
export function outcome(grow: (repository: Grown) => void, released: readonly string[] = []) {
  const repository = new Grown();
  grow(repository);
  const { commits, leftOut, doubts } = changesOf(repository.commits, { released: new Set(released) });
  expect(commits.length + leftOut.length).toBe(repository.commits.length);
  return { told: commits.map(told), level: neededLevel(commits), doubts };
}
