import type { Measured, MetricPlace, TrafficCounters, Usage } from '../../activities/ports/index.ts';
import type { BuiltInMeasure, MetricRule, MetricsConfig } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import { readingOf } from '../../domain/metrics/reading.ts';
import { wasReset } from '../../domain/environments/traffic.ts';
import { countersOf } from '../metrics-scrape/counters.ts';
import type { Sample } from '../metrics-scrape/parse.ts';
import { readPage } from '../metrics-scrape/read-page.ts';
import { createCoalescer } from './coalesce.ts';
import type { History, Timed } from './history.ts';
import { createHistories } from './history.ts';
import { inTime, ProviderProblem } from './in-time.ts';
import type { TrafficMeasure } from './measure-traffic.ts';
import { measureTraffic, seconds } from './measure-traffic.ts';
import type { PageReading } from './page-series.ts';
import { measureSeries } from './page-series.ts';

type Series = NonNullable<MetricRule['series']>;
interface UsageReading extends Usage, Timed {}

/** A driver looks into files and processes of its own host. */
const driverLimit = 5_000;
const noData = (reason: string): Reading => ({ kind: 'no-data', reason });
const once = noData('read once: this takes two readings');

/**
 * Reads the driver's pages and processes itself, and remembers what it read to take differences of: no Prometheus is needed.
 * Everything is read once a look, however many rules are about it. Throws ProviderProblem.
 * @param now milliseconds of a clock that never goes back
 */
export function createScrapeSession(config: MetricsConfig, place: MetricPlace, now: () => number) {
  const longest = Math.max(0, ...config.rules.map(({ over }) => over));
  const trafficOf = createHistories<TrafficCounters>(longest, (before, after) =>
    wasReset(before, after) ? [nothingAt(before.at)] : undefined,
  );
  // Processes that ended take their time with them: what is left is not what was used since.
  const usageOf = createHistories<UsageReading>(longest, (before, after) =>
    after.cpuSeconds < before.cpuSeconds ? [] : undefined,
  );
  const pageOf = createHistories<PageReading>(longest);
  const rated = new Set(config.rules.flatMap(({ series }) => (series?.as === 'rate' ? [series.name] : [])));
  const coalesce = createCoalescer();

  const ask = <T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> =>
    inTime('the driver', { limit: driverLimit, signal }, question);

  const readRouter = (signal: AbortSignal) =>
    coalesce('router', async () => {
      const address = await ask(signal, () => place.router());
      if (address === undefined) return undefined;
      return { samples: await readPage(address, signal), at: now() };
    });

  const readTraffic = ({ version }: Measured, signal: AbortSignal) =>
    coalesce(`traffic ${version}`, async () => {
      const history = trafficOf(version);
      const page = await orInterrupt(history, readRouter(signal));
      if (!page) return undefined;
      const counters = countersOf(page.samples, version, page.at);
      // A page without the version does not say that its counters are at nothing: one that is short would make all of them new.
      if (counters) history.add(counters);
      return { seen: counters !== undefined, history };
    });

  const readUsage = (measured: Measured, signal: AbortSignal) =>
    coalesce(`usage ${measured.version}`, async () => {
      const history = usageOf(measured.version);
      const usage = await orInterrupt(
        history,
        ask(signal, () => place.usage(measured)),
      );
      if (!usage) return undefined;
      history.add({ ...usage, at: now() });
      return { usage, history };
    });

  const readOwnPage = (measured: Measured, path: string, signal: AbortSignal) =>
    coalesce(`page ${measured.version}`, async () => {
      const history = pageOf(measured.version);
      return orInterrupt(history, readSlot(measured, path, history, signal));
    });

  async function readSlot(
    measured: Measured,
    path: string,
    history: History<PageReading>,
    signal: AbortSignal,
  ): Promise<{ samples: readonly Sample[]; at: number; history: History<PageReading> } | undefined> {
    const address = await ask(signal, () => place.slot(measured));
    if (address === undefined) return undefined;
    if (!URL.canParse(path, address)) throw new ProviderProblem(`${address}: not the address of a slot`);
    const samples = await readPage(new URL(path, address).href, signal);
    const at = now();
    history.add({ at, samples: samples.filter(({ name }) => rated.has(name)) });
    return { samples, at, history };
  }

  return {
    async traffic(
      measure: TrafficMeasure,
      rule: MetricRule,
      measured: Measured,
      signal: AbortSignal,
    ): Promise<Reading> {
      const read = await readTraffic(measured, signal);
      if (!read) return noData('this environment has no router whose numbers can be read');
      if (!read.seen) return noData(`the router has no requests of version ${measured.version} yet`);
      const [from, ...later] = read.history.within(rule.over);
      const to = later.at(-1);
      return from && to ? measureTraffic(measure, rule, from, to) : once;
    },

    async usage(
      measure: Extract<BuiltInMeasure, 'memory' | 'cpu'>,
      { over }: MetricRule,
      measured: Measured,
      signal: AbortSignal,
    ): Promise<Reading> {
      const read = await readUsage(measured, signal);
      if (!read) return noData(`this driver can't see processes of version ${measured.version}`);
      if (measure === 'memory') return readingOf(read.usage.memory);
      const [from, ...later] = read.history.within(over);
      const to = later.at(-1);
      return from && to ? readingOf((to.cpuSeconds - from.cpuSeconds) / seconds(from.at, to.at)) : once;
    },

    async series(
      series: Series,
      { over }: MetricRule,
      measured: Measured,
      signal: AbortSignal,
    ): Promise<Reading> {
      if (config.page === undefined)
        throw new ProviderProblem("a series needs the version's metrics page: say metrics.page");
      const page = await readOwnPage(measured, config.page, signal);
      if (!page) return noData(`the address of version ${measured.version} is not known`);
      return measureSeries(series, series.as === 'value' ? [page] : page.history.within(over));
    },
  };
}

const nothingAt = (at: number): TrafficCounters => ({ at, requests: 0, errors: 0, buckets: [] });

/** What could not be read leaves a gap. */
async function orInterrupt<T>(history: { interrupt(): void }, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (problem) {
    history.interrupt();
    throw problem;
  }
}
