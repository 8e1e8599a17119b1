import type { ParsedCommit, RawCommit } from '../../../src/domain/changes/commits.ts';
import { parseCommit } from '../../../src/domain/changes/commits.ts';

let made = 0;

/** A commit for tests, each with a hash of its own. */
export function commit(subject: string, body = '', author = 'Ada', email = 'ada@example.org'): RawCommit {
  made += 1;
  return {
    sha: `c0ffee${made.toString(16).padStart(34, '0')}`,
    parents: [],
    subject,
    body,
    author,
    email,
    date: '2026-03-01T12:00:00Z',
  };
}

export const parsed = (...subjects: string[]): ParsedCommit[] =>
  subjects.map((subject) => parseCommit(commit(subject)));

/** A repository that grows: what a test commits, merges and takes back, as git would tell it. */
export class Grown {
  private readonly made: RawCommit[] = [];
  /** Where the next commit goes: at first on top of the release before. */
  private tip = '0'.repeat(40);

  /** Commits; the first line of the message is its header. */
  add(message: string, ...merged: readonly RawCommit[]): RawCommit {
    const [subject = '', ...body] = message.split('\n');
    const made = {
      ...commit(subject, body.join('\n').trim()),
      parents: [this.tip, ...merged.map(({ sha }) => sha)],
    };
    this.made.unshift(made);
    this.tip = made.sha;
    return made;
  }

  /** Makes commits beside, and gives back the last one. */
  branch(...messages: readonly string[]): RawCommit {
    const here = this.tip;
    const [last] = messages.map((message) => this.add(message)).reverse();
    this.tip = here;
    if (!last) throw new Error('A branch needs a commit.');
    return last;
  }

  /** As `git revert` does it; of a merge with `-m 1`. */
  revert({ sha, subject, parents }: RawCommit): RawCommit {
    const more = parents.length > 1 ? `, reversing\nchanges made to ${parents[0] ?? ''}.` : '.';
    const again = /^Revert "(.*)"$/.exec(subject)?.[1];
    return this.add(
      `${again === undefined ? `Revert "${subject}"` : `Reapply "${again}"`}\n\nThis reverts commit ${sha}${more}`,
    );
  }

  /** Newest first. */
  get commits(): readonly RawCommit[] {
    return this.made;
  }
}
