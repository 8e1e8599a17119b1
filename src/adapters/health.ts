import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { HealthProbe, HealthProber } from '../activities/ports/index.ts';
import { formatDuration } from '../domain/text/time.ts';

/** More of an answer is not read: health is in the status. */
const largestBody = 64 * 1024;

/**
 * Looks at a health endpoint over HTTP. Healthy is a status of 200–299 whose answer arrived in time; a redirect is not followed.
 * Every look is a connection of its own, so that one that was kept does not hide a listener that is gone. Never throws.
 */
export function createHealthProber(): HealthProber {
  return {
    async probe(url, { timeout, signal }) {
      const started = performance.now();
      const end = (ok: boolean, status: number | undefined, reason: string | undefined): HealthProbe => ({
        ok,
        status,
        latency: Math.round(performance.now() - started),
        reason,
      });
      const limit = AbortSignal.timeout(Math.max(1, timeout));
      try {
        const { statusCode, headers, body } = await request(url, {
          signal: AbortSignal.any([signal, limit]),
          reset: true,
        });
        await readBounded(body);
        if (statusCode >= 200 && statusCode < 300) return end(true, statusCode, undefined);
        const location = headers['location'];
        return end(
          false,
          statusCode,
          `HTTP ${statusCode}${location === undefined ? '' : ` (redirects to ${String(location).slice(0, 200)})`}`,
        );
      } catch (error) {
        if (signal.aborted) return end(false, undefined, 'cancelled');
        if (limit.aborted) return end(false, undefined, `no answer within ${formatDuration(timeout)}`);
        return end(false, undefined, inWords(error));
      }
    },
  };
}

async function readBounded(body: Dispatcher.ResponseData['body']): Promise<void> {
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestBody) return;
  }
}

const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed before the answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection closed before the answer was whole',
  UND_ERR_SOCKET: 'connection closed before the answer',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_OVERFLOW: 'not an HTTP answer: its headers are too large',
  ERR_INVALID_URL: 'not a URL',
  UND_ERR_INVALID_ARG: 'not a URL',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
};

/** What a failed request means, for people. */
export function inWords(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code =
    first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : undefined;
  if (code?.startsWith('HPE_') || (first instanceof Error && first.name === 'HTTPParserError'))
    return 'not an HTTP answer';
  return (code && words[code]) ?? (first instanceof Error ? first.message : String(first));
}
