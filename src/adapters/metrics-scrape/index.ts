import type { MetricsProvider } from '../../activities/ports/index.ts';
import { inWords } from '../health.ts';
import { countersOf } from './counters.ts';
import { readPage } from './read-page.ts';

/**
 * Reads a Prometheus text page, such as the router's. A page that can't be had or read is an `error` and a page without the
 * version is `no-data`: neither is ever taken for good news. Never throws.
 */
export function createScrapeMetrics(): MetricsProvider {
  return {
    async read({ address, version, signal }) {
      try {
        const counters = countersOf(await readPage(address, signal), version, Date.now());
        return counters
          ? { kind: 'counters', counters }
          : { kind: 'no-data', reason: `${address} has no samples of version ${version} yet` };
      } catch (problem) {
        return { kind: 'error', reason: inWords(problem) };
      }
    },
  };
}
