import type { Commit } from '../../activities/ports/source.ts';
import type { GitDirectory } from './git-directory.ts';
import { readProblem } from './problems.ts';

/** The message as it was written: git's own subject joins the lines of a first paragraph. */
const fields = ['%H', '%P', '%B', '%aN', '%aE', '%cI'];
const message = fields.indexOf('%B');
/** No more of a message is kept: nothing reads so far. */
const longest = 100_000;

/**
 * Commits with their messages, newest first, read while git prints them.
 * @param range arguments of `git log`; hashes of commits that are in the repository
 * @param input further commits to begin at, for `--stdin`
 */
export async function readCommits(
  from: GitDirectory,
  range: readonly string[],
  input?: string,
): Promise<readonly Commit[]> {
  const commits: Commit[] = [];
  let parts: string[] = [];
  let rest = '';
  const take = (text: string): void => {
    const [first = '', ...more] = text.split('\0');
    if (parts.length !== message || rest.length < longest) rest += first;
    for (const next of more) {
      parts.push(rest);
      rest = next;
      if (parts.length < fields.length) continue;
      commits.push(commitOf(parts));
      parts = [];
    }
  };
  const format = `--format=tformat:${fields.join('%x00')}`;
  const args = ['log', '-z', '--date-order', format, ...range];
  const ended = await from.stream(args, take, input === undefined ? {} : { input });
  if (ended.ok) return commits;
  throw readProblem(from.directory, 'log', ended.timedOut ? 'out of time' : ended.stderr);
}

function commitOf([sha = '', parents = '', text = '', author = '', email = '', date = '']: string[]): Commit {
  const written = text.slice(0, longest).replace(/^\s*\n/, '');
  const end = written.indexOf('\n');
  const subject = end < 0 ? written : written.slice(0, end);
  const body =
    end < 0
      ? ''
      : written
          .slice(end + 1)
          .replace(/^\s*\n/, '')
          .trimEnd();
  return {
    sha,
    parents: parents === '' ? [] : parents.split(' '),
    subject: subject.trimEnd(),
    body,
    author,
    email,
    date,
  };
}
