import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { Log } from '../../activities/ports/effect.ts';
import { longestWait, secondsToWait } from './waiting.ts';

const PatientOctokit = Octokit.plugin(retry, throttling);
type Patient = InstanceType<typeof PatientOctokit>;
/** What the package's types can name; the plugins' own methods stay in here. */
export type GitHubClient = Octokit;

export interface ClientOptions {
  readonly apiUrl: string;
  readonly token: string;
  readonly log: Log | undefined;
  /** Milliseconds that a second of waiting lasts: 1000, and less in tests. */
  readonly second: number;
  /** Milliseconds that one request may take, its body included. */
  readonly timeout: number;
}

const attempts = 3;

/**
 * Octokit that waits as the answer's headers say (`retry-after`, `x-ratelimit-reset`), and never longer than
 * `longestWait`: a longer wait belongs to whoever retries the activity, not to a request that holds a worker.
 */
export function createGitHubClient({ apiUrl, token, log, second, timeout }: ClientOptions): GitHubClient {
  const mayWait =
    (kind: string) => (wait: number, _options: unknown, _octokit: unknown, retryCount: number) => {
      log?.warn(`GitHub's ${kind} is used up`, { seconds: wait, retryCount });
      return wait <= longestWait && retryCount < attempts;
    };
  const octokit = new PatientOctokit({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    auth: token,
    userAgent: 'sluice',
    log: quiet(log),
    request: { fetch: wholeAnswer(timeout) },
    retry: { retries: attempts, retryAfterBaseValue: second },
    throttle: {
      id: apiUrl,
      retryAfterBaseValue: second,
      onRateLimit: mayWait('rate limit'),
      onSecondaryRateLimit: mayWait('secondary rate limit'),
    },
  });
  const { retry: plugin } = octokit;
  const backOff = plugin.retryRequest;
  // The plugin knows only its own back-off: here the server's wish goes first. What throttling handles is left to it.
  plugin.retryRequest = (error, retries, after) => {
    const asked = secondsToWait(error, Date.now());
    const leave = error.status === 429 && isRateLimit(error);
    return backOff(error, leave || (asked ?? 0) > longestWait ? 0 : retries, asked ?? after);
  };
  return octokit;
}

type RetriedError = Parameters<Patient['retry']['retryRequest']>[0];

const isRateLimit = (error: RetriedError): boolean =>
  /\bsecondary rate\b/i.test(error.message) || error.response?.headers['x-ratelimit-remaining'] === '0';

/**
 * Reads the whole answer before Octokit sees it. Octokit takes a body that broke off for an empty one, and an empty
 * list of bugs would let a release through.
 */
function wholeAnswer(timeout: number): typeof fetch {
  return async (url, init) => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) });
    const body = await response.arrayBuffer();
    const { status, statusText, headers } = response;
    const whole = new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
    // Paging reads it, and a made Response has none.
    return Object.defineProperty(whole, 'url', { value: response.url });
  };
}

function quiet(log: Log | undefined) {
  const debug = (message: string) => log?.debug(message);
  return { debug, info: debug, warn: debug, error: debug };
}
