import { z } from 'zod';
import type { Reading } from '../../domain/metrics/reading.ts';
import { readingOf } from '../../domain/metrics/reading.ts';
import { formatDuration } from '../../domain/text/time.ts';
import { parseValue } from '../metrics-scrape/parse.ts';

/** A clock that is further off than this makes every window something else than what was asked for. */
const largestSkew = 5 * 60_000;

/** Seconds, and the number as text. */
const sample = z.tuple([z.number(), z.string().regex(/^\S+$/)]);

const failed = z.object({ status: z.literal('error'), error: z.string(), errorType: z.string().optional() });
const answered = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: sample.optional() })),
    }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
    z.object({ resultType: z.literal('string') }),
    z.object({ resultType: z.literal('matrix') }),
  ]),
  warnings: z.array(z.string()).optional(),
});

/**
 * What an answer of Prometheus to an instant query says about a version: exactly one finite number of now is a value, nothing is
 * `no-data`, and everything else is an `error`.
 * @param now epoch milliseconds of our clock
 */
export function readAnswer(status: number, text: string, now: number): Reading {
  const json = parseJson(text);
  const failure = failed.safeParse(json);
  if (failure.success) return error(`${failure.data.errorType ?? 'error'}: ${oneLine(failure.data.error)}`);
  if (status !== 200) return error(`HTTP ${status}`);
  if (json === undefined) return error('the answer is not JSON');
  const answer = answered.safeParse(json);
  if (!answer.success) return error('the answer is not that of a Prometheus query');
  const { data, warnings = [] } = answer.data;
  // Older servers file mere hints under warnings, too.
  const warning = warnings.find((each) => !each.startsWith('PromQL info'));
  if (warning !== undefined) return error(`answered with a warning: ${oneLine(warning)}`);
  switch (data.resultType) {
    case 'scalar':
      return readSample(data.result, now);
    case 'vector':
      return readVector(data.result, now);
    case 'string':
      return error('the query gives a string: it must give one number');
    case 'matrix':
      return error('the query gives a range of values: take a rate or an aggregation over time of it');
  }
}

function readVector(
  series: readonly { readonly value?: z.output<typeof sample> | undefined }[],
  now: number,
): Reading {
  const [only] = series;
  if (!only) return { kind: 'no-data', reason: 'the query finds no series' };
  if (series.length > 1)
    return error(`the query gives ${series.length} series: aggregate them into one, such as with sum(…)`);
  if (!only.value) return error('the query gives a histogram: take a quantile, a count or a sum of it');
  return readSample(only.value, now);
}

function readSample([seconds, written]: z.output<typeof sample>, now: number): Reading {
  const skew = seconds * 1_000 - now;
  if (!(Math.abs(skew) <= largestSkew))
    return error(
      `its clock is ${formatDuration(Math.abs(skew))} ${skew < 0 ? 'behind' : 'ahead of'} ours: set the clocks`,
    );
  const value = parseValue(written);
  return value === undefined ? error(`its value is not a number: ${oneLine(written)}`) : readingOf(value);
}

const error = (reason: string): Reading => ({ kind: 'error', reason });
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 300);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
