import { SourceProblem } from '../../activities/ports/source.ts';
import type { GitResult } from './runner.ts';
import { redact } from './runner.ts';

/** A "no" of git's to a remote operation, with what to do about it. */
export function remoteProblem(result: GitResult, url: string): SourceProblem {
  const said = lastWords(result.stderr);
  if (result.timedOut)
    return new SourceProblem('unreachable', `${url} did not answer in time: it is tried again.`);
  if (
    /authentication failed|could not read (?:username|password)|permission denied|access denied|host key verification failed|invalid credentials|HTTP (?:401|403)|returned error: 40[13]/i.test(
      result.stderr,
    )
  ) {
    return new SourceProblem(
      'denied',
      `${url} refuses the credentials, or needs some: give the worker access (a git credential helper or an ssh key). ${said}`,
    );
  }
  if (
    /does not appear to be a git repository|repository .*not found|not a git repository|project .* could not be found|returned error: 404/i.test(
      result.stderr,
    )
  ) {
    return new SourceProblem(
      'not-a-repository',
      `${url} is not a git repository: check repository.remote. ${said}`,
    );
  }
  if (
    /unable to find remote helper|transport '.*' not allowed|is not a valid repository name|strange (?:path|hostname)/i.test(
      result.stderr,
    )
  ) {
    return new SourceProblem(
      'not-a-repository',
      `${url} is not an address that git can use: check repository.remote. ${said}`,
    );
  }
  return new SourceProblem('unreachable', `${url} can't be reached: it is tried again. ${said}`);
}

/** How a push ended, for the ref that was pushed. */
export type PushOutcome =
  | { readonly kind: 'pushed' }
  /** The ref is not where we thought: it moved, exists already, or is being moved right now. */
  | { readonly kind: 'stale'; readonly said: string }
  /** The remote's hook or protection says no. */
  | { readonly kind: 'rejected'; readonly said: string }
  /** A ref of a shorter or longer name stands in the way (`release` and `release/x`). */
  | { readonly kind: 'blocked'; readonly said: string }
  | { readonly kind: 'failed' };

/** Reads `git push --porcelain`. */
export function readPush(result: GitResult): PushOutcome {
  if (result.ok) return { kind: 'pushed' };
  const line = result.stdout.split('\n').find((candidate) => candidate.startsWith('!'));
  if (line === undefined) return { kind: 'failed' };
  const why = line.split('\t').at(-1) ?? '';
  const text = `${why}\n${result.stderr}`;
  const said = remoteWords(result.stderr) || why;
  if (
    /' exists; cannot create|directory file conflict|cannot lock ref .*(?:is a directory|not a directory)|funny refname/i.test(
      text,
    )
  )
    return { kind: 'blocked', said };
  if (
    /^\[rejected\]|fetch first|stale info|already exists|cannot lock ref|failed to update ref|incorrect old value|reference already exists/i.test(
      why,
    )
  )
    return { kind: 'stale', said };
  return { kind: 'rejected', said };
}

/** What the remote's hooks wrote. */
function remoteWords(stderr: string): string {
  return stderr
    .split('\n')
    .flatMap((line) => /^remote: ?(.*?)\s*$/.exec(line)?.[1] ?? [])
    .join('\n')
    .trim()
    .slice(0, 2_000);
}

export const lastWords = (stderr: string) =>
  stderr
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' ')
    .slice(0, 500);

/** Why git could not read what should be there. */
export function readProblem(directory: string, command: string, stderr: string): Error {
  const said = redact(lastWords(stderr));
  if (/promisor remote/.test(stderr))
    return new SourceProblem(
      'unreachable',
      `${directory} is a partial clone, and what it lacks can't be fetched: ${said}`,
    );
  return new Error(`git ${command} failed in ${directory}: ${said}`);
}
