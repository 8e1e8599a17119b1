import { CodeHostProblem } from '../../activities/ports/code-host.ts';
import { secondsToWait } from './waiting.ts';

/** What is read of Octokit's RequestError; a network failure has no `response`. */
export interface GitHubError extends Error {
  readonly status: number;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data: unknown;
  };
}

export function isGitHubError(error: unknown): error is GitHubError {
  return error instanceof Error && typeof (error as Partial<GitHubError>).status === 'number';
}

/** The answer, or undefined where GitHub says 404. */
export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isGitHubError(error) && error.status === 404) return undefined;
    throw error;
  }
}

/** Refused before anything happened, with a wish to come back later. */
export const isTooMany = (error: unknown): boolean => isGitHubError(error) && error.status === 429;

/** The effect may have happened although no answer, or a broken one, came back. */
export const mayHaveHappened = (error: unknown): boolean =>
  isGitHubError(error) && (error.response === undefined || error.status >= 500);

/** GitHub says that it is there already: another attempt was faster. */
export function isAlreadyThere(error: unknown): boolean {
  if (!isGitHubError(error) || error.status !== 422) return false;
  const { errors } = (error.response?.data ?? {}) as { errors?: unknown };
  return (
    Array.isArray(errors) &&
    errors.some((item) => (item as { code?: unknown } | null)?.code === 'already_exists')
  );
}

const isLimit = (error: GitHubError): boolean =>
  error.status === 429 ||
  (error.status === 403 &&
    (/rate limit/i.test(error.message) || String(error.response?.headers['x-ratelimit-remaining']) === '0'));

/** Turns what Octokit throws into a sentence that says what to do. `doing` reads like `list issues`. */
export function toProblem(error: unknown, doing: string, repository: string, now: number): CodeHostProblem {
  if (error instanceof CodeHostProblem) return error;
  const where = `GitHub, ${repository}: could not ${doing}`;
  if (!isGitHubError(error)) {
    const said = error instanceof Error ? error.message : String(error);
    return new CodeHostProblem(`${where}: the answer is not one of GitHub's (${said}); check apiUrl`, true);
  }
  if (error.response === undefined) {
    return new CodeHostProblem(`${where}: no answer (${error.message}); check the network and apiUrl`, true);
  }
  if (isLimit(error)) {
    const seconds = secondsToWait(error, now);
    const when = seconds === undefined ? '' : `; it asks to wait ${seconds} s`;
    return new CodeHostProblem(`${where}: the rate limit is used up${when}`, true);
  }
  switch (error.status) {
    case 401:
      return new CodeHostProblem(
        `${where}: the token is refused (401). Create a new one and put it where codeHost.github.token points`,
        false,
      );
    case 403:
      return new CodeHostProblem(`${where}: forbidden (403). ${missingPermission(error)}`, false);
    case 404:
      return new CodeHostProblem(
        `${where}: not found (404). Either there is no repository ${repository}, or the token may not see it: ` +
          'check codeHost.github.repository and which repositories the token covers',
        false,
      );
    case 410:
      return new CodeHostProblem(
        `${where}: switched off for this repository (410). Enable it in its settings`,
        false,
      );
    default:
      return new CodeHostProblem(
        `${where}: ${error.status} ${error.message}`,
        error.status >= 500 || error.status === 408,
      );
  }
}

/** GitHub names the permission in a header: one for fine-grained tokens, another for classic ones. */
function missingPermission({ response, message }: GitHubError): string {
  const fineGrained = response?.headers['x-accepted-github-permissions'];
  if (fineGrained) return `The token needs the permission ${fineGrained}`;
  const scopes = response?.headers['x-accepted-oauth-scopes'];
  if (scopes)
    return `The token needs one of the scopes: ${scopes}; it has: ${response.headers['x-oauth-scopes'] || 'none'}`;
  return message;
}
