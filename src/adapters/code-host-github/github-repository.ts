import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../activities/ports/effect.ts';
import { findOrCreate } from './find-or-create.ts';
import type { GitHubClient } from './github-client.ts';
import { isAlreadyThere, isGitHubError, isTooMany, mayHaveHappened } from './github-problem.ts';
import { longestWait, secondsToWait } from './waiting.ts';

/** One repository as the parts of this adapter see it. */
export interface GitHubRepository {
  readonly octokit: GitHubClient;
  readonly here: { readonly owner: string; readonly repo: string };
  readonly log: Log | undefined;
  /** Milliseconds that a second of waiting lasts. */
  readonly second: number;
}

/** The HTTP layer can't know whether a write happened, so it never repeats one by itself. */
export const notRepeated = { request: { retries: 0 } };

/** Finds or creates on GitHub; between two looks it waits as GitHub asks, or a little longer each time. */
export function createOnce<T>(
  { second }: GitHubRepository,
  steps: { find(): Promise<T | undefined>; create(): Promise<T> },
): Promise<{ readonly value: T; readonly created: boolean }> {
  const asked = (error: unknown) => (isGitHubError(error) ? secondsToWait(error, Date.now()) : undefined);
  return findOrCreate({
    ...steps,
    lookAgain: (error) =>
      (asked(error) ?? 0) <= longestWait &&
      (mayHaveHappened(error) || isAlreadyThere(error) || isTooMany(error)),
    pause: async (error, attempt) => {
      await delay((asked(error) ?? attempt ** 2) * second);
    },
  });
}
