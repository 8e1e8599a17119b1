import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/adapters/metrics/prometheus-answer.ts';

const now = 1_700_000_000_000;
const seconds = now / 1_000;
const vector = (...values: unknown[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value })) },
});
const read = (answer: unknown, status = 200) => readAnswer(status, JSON.stringify(answer), now);

describe('readAnswer', () => {
  it.each([
    ['one series', vector([seconds, '0.25']), 0.25],
    ['an exponent', vector([seconds, '1e-3']), 0.001],
    ['a scalar', { status: 'success', data: { resultType: 'scalar', result: [seconds, '7'] } }, 7],
    ['a clock a little off', vector([seconds - 299, '1']), 1],
    ['a mere hint', { ...vector([seconds, '1']), infos: ['x'], warnings: ['PromQL info: x'] }, 1],
  ])('takes %s for a value', (_, answer, value) => {
    expect(read(answer)).toEqual({ kind: 'value', value });
  });

  it.each([
    ['nothing', vector()],
    ['NaN', vector([seconds, 'NaN'])],
    ['infinity', vector([seconds, '+Inf'])],
    ['minus infinity', vector([seconds, '-Inf'])],
  ])('[BY-4] takes %s for no data', (_, answer) => {
    expect(read(answer)).toMatchObject({ kind: 'no-data' });
  });

  it.each<[string, unknown, number, string]>([
    [
      'several series',
      vector([seconds, '1'], [seconds, '2'], [seconds, '3']),
      200,
      'gives 3 series: aggregate them into one, such as with sum(…)',
    ],
    [
      'a string',
      { status: 'success', data: { resultType: 'string', result: [seconds, 'x'] } },
      200,
      'a string',
    ],
    ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }, 200, 'a range of values'],
    [
      'a histogram',
      {
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: {}, histogram: [seconds, {}] }] },
      },
      200,
      'a histogram',
    ],
    ['words for a number', vector([seconds, 'many']), 200, 'is not a number: many'],
    ['an empty number', vector([seconds, '']), 200, 'not that of a Prometheus query'],
    ['a number that is none in JSON', vector([seconds, 1]), 200, 'not that of a Prometheus query'],
    ['the past', vector([seconds - 301, '1']), 200, 'its clock is 5m 1s behind ours'],
    ['the future', vector([seconds + 3_600, '1']), 200, 'its clock is 1h ahead of ours'],
    ['no time', vector([null, '1']), 200, 'not that of a Prometheus query'],
    [
      'what Prometheus refuses',
      { status: 'error', errorType: 'bad_data', error: 'parse error:\n unexpected end' },
      400,
      'bad_data: parse error: unexpected end',
    ],
    [
      'part of the data',
      { ...vector([seconds, '1']), warnings: ['a store is gone'] },
      200,
      'a store is gone',
    ],
    ['a value with a bad status', vector([seconds, '1']), 502, 'HTTP 502'],
    ['another API', [1, 2], 200, 'not that of a Prometheus query'],
  ])('[BY-4] takes %s for an error', (_, answer, status, reason) => {
    expect(read(answer, status)).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('[BY-4] never takes anything else for a value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom(200, 400, 503), (text, status) => {
        expect(readAnswer(status, text, now).kind).toBe('error');
      }),
    );
  });
});
