import { exchange, nameOf } from '../metrics/exchange.ts';
import { ProviderProblem } from '../metrics/in-time.ts';
import type { Sample } from './parse.ts';
import { parseMetrics } from './parse.ts';

const limit = 5_000;

/** Reads a Prometheus text page, of at most 8 MB and within 5 s. Throws ProviderProblem. */
export async function readPage(address: string, signal: AbortSignal): Promise<readonly Sample[]> {
  const { status, text } = await exchange({
    url: address,
    headers: { accept: 'text/plain' },
    limit,
    signal,
  });
  if (status !== 200) throw new ProviderProblem(`${nameOf(address)}: HTTP ${status}`);
  const { samples, unreadable } = parseMetrics(text);
  if (samples.length === 0 && unreadable > 0)
    throw new ProviderProblem(`${nameOf(address)}: this is not a Prometheus text page`);
  return samples;
}
