/** Seconds that a request may be held back inside one call. */
export const longestWait = 60;

interface Answered {
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> } | undefined;
}

/**
 * How many seconds the server asks to wait: `retry-after` (seconds or a date), else the time until `x-ratelimit-reset`
 * where nothing remains; undefined where it asks for nothing.
 */
export function secondsToWait(error: Answered, now: number): number | undefined {
  const headers = error.response?.headers ?? {};
  const after = headers['retry-after'];
  if (after !== undefined && after !== '') {
    const seconds = Number.isNaN(Number(after)) ? (Date.parse(String(after)) - now) / 1000 : Number(after);
    if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  }
  const reset = Number(headers['x-ratelimit-reset']);
  if (String(headers['x-ratelimit-remaining']) !== '0' || !Number.isFinite(reset)) return undefined;
  return Math.max(0, Math.ceil(reset - now / 1000)) + 1;
}
