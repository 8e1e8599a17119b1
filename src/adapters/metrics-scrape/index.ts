import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { MetricsProvider, MetricsReading } from '../../activities/ports/index.ts';
import { formatDuration } from '../../domain/time.ts';
import { inWords } from '../health.ts';
import { countersOf } from './counters.ts';
import { parseMetrics } from './parse.ts';

const largestPage = 8 * 1024 * 1024;
const timeout = 5_000;

/**
 * Reads a Prometheus text page, such as the router's. A page that can't be had or read is an `error` and a page without the
 * version is `no-data`: neither is ever taken for good news. Never throws.
 */
export function createScrapeMetrics(): MetricsProvider {
  return {
    async read({ address, version, signal }) {
      const limit = AbortSignal.timeout(timeout);
      const error = (reason: string): MetricsReading => ({ kind: 'error', reason: `${address}: ${reason}` });
      try {
        const { statusCode, body } = await request(address, {
          signal: AbortSignal.any([signal, limit]),
          reset: true,
          headers: { accept: 'text/plain' },
        });
        const text = await readPage(body);
        if (statusCode !== 200) return error(`HTTP ${statusCode}`);
        if (text === undefined) return error('the page is larger than 8 MB');
        const { samples, unreadable } = parseMetrics(text);
        if (samples.length === 0 && unreadable > 0) return error('this is not a Prometheus text page');
        const counters = countersOf(samples, version, Date.now());
        return counters
          ? { kind: 'counters', counters }
          : { kind: 'no-data', reason: `${address} has no samples of version ${version} yet` };
      } catch (problem) {
        if (signal.aborted) return error('cancelled');
        return error(limit.aborted ? `no answer within ${formatDuration(timeout)}` : inWords(problem));
      }
    },
  };
}

async function readPage(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestPage) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
