import { describe, expect, it } from 'vitest';
import type { MetricRule } from '../../../src/domain/config/metrics-schema.ts';
import { metricsSchema } from '../../../src/domain/config/metrics-schema.ts';
import { judgeRule } from '../../../src/domain/metrics/judge-rule.ts';
import type { Reading } from '../../../src/domain/metrics/reading.ts';
import { readingOf } from '../../../src/domain/metrics/reading.ts';

function rule(more: Record<string, unknown>): MetricRule {
  const [only] = metricsSchema.parse({ rules: [{ name: 'r', measure: 'error-rate', ...more }] }).rules;
  if (!only) throw new Error('no rule');
  return only;
}

const values = (...numbers: number[]): Reading[] => numbers.map((value) => ({ kind: 'value', value }));
const gone: Reading = { kind: 'error', reason: 'connection refused' };
const silent: Reading = { kind: 'no-data', reason: 'no requests' };

describe('a rule', () => {
  it.each([
    ['[SI-10] over an absolute limit', { max: '5%' }, values(0.06), [], 'bad', '6 % is over 5 %'],
    ['at the limit', { max: '5%' }, values(0.05), [], 'good', '5 %'],
    ['under a least value', { min: 0.5 }, values(0.4), [], 'bad', 'under'],
    [
      '[DW-8] up by more than 5 points over the baseline',
      { maxIncrease: '5%' },
      values(0.08),
      values(0.02),
      'bad',
      'up by 6 %',
    ],
    ['up by less', { maxIncrease: '5%' }, values(0.06), values(0.02), 'good', 'the version before has 2 %'],
    [
      '[DW-8] more than twice as slow',
      { measure: 'p95', maxRatio: 2 },
      values(230),
      values(100),
      'bad',
      '2.3 times',
    ],
    ['twice as slow', { measure: 'p95', maxRatio: 2 }, values(200), values(100), 'good', ''],
    [
      'many times as slow, and still not to be noticed',
      { measure: 'p95', maxRatio: 2 },
      values(20),
      values(2),
      'good',
      '',
    ],
    ['a multiple of nothing', { maxRatio: 2 }, values(3), values(0), 'good', ''],
    [
      '[BY-4] no data now, although it was bad before',
      { max: '5%' },
      [...values(0.9), silent],
      [],
      'no-data',
      'no requests',
    ],
    [
      '[BY-4] a provider that fails, although it was bad before',
      { max: '5%' },
      [...values(0.9), gone],
      [],
      'error',
      'refused',
    ],
    ['nothing measured at all', { max: '5%' }, [], [], 'no-data', 'nothing'],
    ['too few values', { max: '5%', minSamples: 3 }, values(0.9, 0.9), [], 'no-data', '2 of the 3'],
    ['a comparison without a baseline', { maxRatio: 2 }, values(1), [], 'no-data', 'no version before'],
    ['a comparison whose baseline fails', { maxRatio: 2 }, values(1), [gone], 'no-data', 'refused'],
    ['a first version, which is compared with nothing', { maxRatio: 2 }, values(100), null, 'good', ''],
    [
      'the last known baseline counts on',
      { maxRatio: 2 },
      values(5),
      [...values(1), gone],
      'bad',
      '5.0 times',
    ],
    [
      'an absolute limit holds without a baseline',
      { max: '5%', maxIncrease: '1%' },
      values(0.5),
      [],
      'bad',
      'over 5 %',
    ],
    ['and is good without one', { max: '5%', maxIncrease: '1%' }, values(0.01), [], 'good', '1 %'],
  ] as const)('%s', (_, more, canary, baseline, kind, reason) => {
    const finding = judgeRule(rule(more), { canary, baseline });
    expect(finding).toMatchObject({ kind, reason: expect.stringContaining(reason) as string });
  });

  it('compares by Mann-Whitney, and one outlier decides nothing', () => {
    const compare = rule({ compare: {}, minSamples: 5 });
    const before = values(1, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98, 1.01);
    const worse = values(2, 2.1, 1.9, 2.05, 1.95, 2.02, 1.98, 2.01);
    const outlier = values(1, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98, 100);
    expect(judgeRule(compare, { canary: worse, baseline: before }).kind).toBe('bad');
    expect(judgeRule(compare, { canary: outlier, baseline: before }).kind).toBe('good');
    expect(judgeRule(compare, { canary: before, baseline: worse }).kind).toBe('good');
    const lower = rule({ compare: { worse: 'lower' }, minSamples: 5 });
    expect(judgeRule(lower, { canary: before, baseline: worse }).kind).toBe('bad');
    expect(judgeRule(compare, { canary: worse, baseline: values(1, 1) }).kind).toBe('no-data');
  });

  it.each([Number.NaN, Infinity, -Infinity])('takes %s for no number', (value) => {
    expect(readingOf(value)).toMatchObject({ kind: 'no-data' });
  });
});
