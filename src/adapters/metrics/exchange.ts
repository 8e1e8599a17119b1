import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { SecretResolver } from '../../activities/ports/index.ts';
import { inTime, ProviderProblem } from './in-time.ts';

const largestMegabytes = 8;
const largest = largestMegabytes * 1024 * 1024;

export interface Question {
  /** May hold a password in its query: only its origin and path are ever told. */
  readonly url: URL | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: string;
  /** Milliseconds, for the whole exchange. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * One HTTP exchange with a server that may be broken. Its answer is at most 8 MB, a redirect is not followed, and every exchange is
 * a connection of its own, so that one that was kept does not hide a server that is gone. Throws {@link ProviderProblem}.
 */
export async function exchange({ url, headers = {}, body, limit, signal }: Question): Promise<{
  readonly status: number;
  readonly text: string;
}> {
  return inTime(nameOf(url), { limit, signal }, async (inner) => {
    const response = await request(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'user-agent': 'sluice', ...headers },
      body: body ?? null,
      reset: true,
      signal: inner,
    });
    const text = await readBounded(response.body);
    const { statusCode } = response;
    const { location } = response.headers;
    if (statusCode >= 300 && statusCode < 400)
      throw new ProviderProblem(
        `HTTP ${statusCode} (redirects to ${String(location).slice(0, 200)}): configure the address that it leads to`,
      );
    if (text === undefined) throw new ProviderProblem(`the answer is larger than ${largestMegabytes} MB`);
    return { status: statusCode, text };
  });
}

/** A server's address for people. */
export function nameOf(address: URL | string): string {
  if (!URL.canParse(address.toString())) return address.toString();
  const { origin, pathname } = new URL(address);
  return pathname === '/' ? origin : `${origin}${pathname}`;
}

/** A page of a server that is configured by its base address, which may have a path of its own. */
export function below(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return url;
}

/** The header for a token that is referred to. Throws SecretProblem where it can't be had, and {@link ProviderProblem}. */
export async function bearer(
  token: string | undefined,
  secrets: Pick<SecretResolver, 'resolve'>,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<Record<string, string>> {
  if (token === undefined) return {};
  const value = await inTime('the token', { limit, signal }, () => secrets.resolve(token));
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new ProviderProblem(`the token: ${token} has spaces, line breaks or letters that no header takes`);
  return { authorization: `Bearer ${value}` };
}

async function readBounded(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
