import type { MetricRule } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import { readingOf } from '../../domain/metrics/reading.ts';
import type { Sample } from '../metrics-scrape/parse.ts';
import type { Timed } from './history.ts';
import { seconds } from './measure-traffic.ts';

type Series = NonNullable<MetricRule['series']>;

export interface PageReading extends Timed {
  readonly samples: readonly Sample[];
}

/** The sum of a series as it stands, or its growth a second over a window of readings, oldest first. */
export function measureSeries(series: Series, window: readonly PageReading[]): Reading {
  const newest = window.at(-1);
  const found = newest ? matching(newest, series) : [];
  if (found.length === 0) return { kind: 'no-data', reason: `the page has no ${describe(series)}` };
  return series.as === 'value'
    ? readingOf(found.reduce((sum, { value }) => sum + value, 0))
    : rateOf(series, window);
}

function rateOf(series: Series, window: readonly PageReading[]): Reading {
  // A page without the metric does not say that it is at nothing: one that is short would make all of it new.
  const pages = window.filter(({ samples }) => samples.some(({ name }) => name === series.name));
  const [oldest, newest] = [pages[0], pages.at(-1)];
  if (!oldest || !newest || pages.length < 2)
    return { kind: 'no-data', reason: 'read once: a rate takes two readings' };
  const growth = pages
    .slice(1)
    .reduce((sum, after, index) => sum + grown(series, pages[index] ?? after, after), 0);
  return readingOf(growth / seconds(oldest.at, newest.at));
}

/** Each set of labels by itself: one that fell was begun anew, and then all it has is new, as is one that was not there before. */
function grown(series: Series, before: PageReading, after: PageReading): number {
  const earlier = byLabels(matching(before, series));
  return [...byLabels(matching(after, series))].reduce((sum, [labels, value]) => {
    const from = earlier.get(labels) ?? 0;
    return sum + (value < from ? value : value - from);
  }, 0);
}

const matching = ({ samples }: PageReading, { name, labels }: Series): readonly Sample[] =>
  samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );

function byLabels(samples: readonly Sample[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, value } of samples) {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

function describe({ name, labels }: Series): string {
  const written = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return written.length === 0 ? name : `${name}{${written.join(', ')}}`;
}
