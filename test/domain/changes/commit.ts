import type { ParsedCommit, RawCommit } from '../../../src/domain/changes/commits.ts';
import { parseCommit } from '../../../src/domain/changes/commits.ts';

let made = 0;

/** A commit for tests, each with a hash of its own. */
export function commit(subject: string, body = '', author = 'Ada', email = 'ada@example.org'): RawCommit {
  made += 1;
  return {
    sha: `c0ffee${made.toString(16).padStart(34, '0')}`,
    subject,
    body,
    author,
    email,
    date: '2026-03-01T12:00:00Z',
  };
}

export const parsed = (...subjects: string[]): ParsedCommit[] =>
  subjects.map((subject) => parseCommit(commit(subject)));
