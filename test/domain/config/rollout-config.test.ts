import { describe, expect, it } from 'vitest';
import { metricsSchema } from '../../../src/domain/config/metrics-schema.ts';
import { defaultMetrics } from '../../../src/domain/metrics/default-metrics.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import { rolloutSchema } from '../../../src/domain/config/rollout-schema.ts';

const problemsOf = (result: { error?: { issues: { message: string; path: PropertyKey[] }[] } | undefined }) =>
  (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the section rollout', () => {
  it('[SI-5] goes by 1, 10, 50 and 100 % where nothing else is said', () => {
    expect(rolloutSchema.parse({}).steps.map(({ weight }) => weight)).toEqual([1, 10, 50, 100]);
  });

  it.each([
    ['weights out of order', [{ weight: 50 }, { weight: 10 }, { weight: 100 }], 'weights rise'],
    ['a weight over 100', [{ weight: 10 }, { weight: 150 }], 'at most 100'],
    ['no weight', [{ weight: 0 }, { weight: 100 }], 'more than 0'],
    ['a step of no length', [{ weight: 10, for: '0s' }, { weight: 100 }], 'no time'],
    ['no end', [{ weight: 10 }, { weight: 50 }], 'the last step is 100 %'],
    ['no steps', [], 'at least one step'],
    ['a text for a weight', [{ weight: 'half' }, { weight: 100 }], 'not a weight'],
  ])('refuses %s', (_, steps, message) => {
    expect(problemsOf(rolloutSchema.safeParse({ steps })).join('\n')).toContain(message);
  });

  it('refuses steps that are said twice', () => {
    expect(
      problemsOf(rolloutSchema.safeParse({ strategy: 'rollout-strategy.json', steps: [{ weight: 100 }] })),
    ).toEqual(['steps: say the steps once: either here or in the strategy file']);
  });
});

describe('a rollout', () => {
  const problems = (production: object) => {
    const environment = { url: 'http://127.0.0.1:1', script: { deploy: 'true', rollback: 'true' } };
    const parsed = parseProductConfig(
      JSON.stringify({
        product: 'shop',
        repository: { path: '.' },
        rollout: {},
        environments: {
          staging: environment,
          production: { ...production, approval: { from: ['alice'] } },
        },
      }),
      'sluice.yaml',
    );
    return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  const script = { url: 'http://127.0.0.1:1', script: { deploy: 'true', rollback: 'true' } };
  const slots = { blue: { url: 'http://127.0.0.1:2' }, green: { url: 'http://127.0.0.1:3' } };

  it('[SI-5] needs something in production that shares the traffic', () => {
    expect(problems(script)).toEqual([
      expect.stringContaining('rollout: the script of production moves all'),
    ]);
    expect(problems({ ...script, slots, router: { script: { set: 'true', get: 'true' } } })).toEqual([]);
    expect(problems({ process: { start: 'node .', port: 4200 } })).toEqual([]);
  });
});

describe('the section metrics', () => {
  it('says at once which names in braces nobody fills in', () => {
    const parsed = metricsSchema.safeParse({
      prometheus: { url: 'http://127.0.0.1:9090' },
      alertmanager: { url: 'http://127.0.0.1:9093', labels: { product: '{{ product }}', slot: '{{slot}}' } },
      rules: [
        { name: 'a', query: 'up{v="{{version}}", s="{{ slot }}"}', max: 1 },
        { name: 'b', query: 'up{v="{{vesion}}"}', max: 1 },
      ],
    });
    expect(problemsOf(parsed)).toEqual([
      'alertmanager.labels.slot: {{slot}} is not known: write one of {{product}}, {{environment}}',
      'rules.1.query: {{vesion}} is not known: write one of {{version}}, {{commit}}, {{slot}}, {{product}}, {{environment}}',
    ]);
  });

  it('[SI-10] [DW-8] judges by error rate and latency where nothing else is said', () => {
    expect(metricsSchema.parse({})).toEqual(defaultMetrics);
    expect(
      defaultMetrics.rules.map(({ name, max, maxIncrease, maxRatio }) => ({
        name,
        max,
        maxIncrease,
        maxRatio,
      })),
    ).toEqual([
      { name: 'error-rate', max: 0.05, maxIncrease: 0.05, maxRatio: undefined },
      { name: 'latency', max: undefined, maxIncrease: undefined, maxRatio: 2 },
    ]);
  });

  it('reads limits in the units of people', () => {
    const limits = ['5%', '500ms', '512MB', '1GiB', 3, '0.25'].map(
      (max) => metricsSchema.parse({ rules: [{ name: 'a', measure: 'memory', max }] }).rules[0]?.max,
    );
    expect(limits).toEqual([0.05, 500, 512e6, 1024 ** 3, 3, 0.25]);
  });

  it.each([
    [
      'two sources',
      [{ name: 'a', query: 'up', measure: 'p95', max: 1 }],
      'exactly one of query, measure or series',
    ],
    ['no limit', [{ name: 'a', measure: 'p95' }], 'say what is judged'],
    ['a query without a Prometheus', [{ name: 'a', query: 'up', max: 1 }], 'metrics.prometheus.url'],
    ['a series without a page', [{ name: 'a', series: { name: 'x' }, max: 1 }], 'metrics.page'],
    [
      'a name that is there twice',
      [
        { name: 'a', measure: 'p95', max: 1 },
        { name: 'a', measure: 'p50', max: 1 },
      ],
      'two rules',
    ],
    ['a limit that is none', [{ name: 'a', measure: 'p95', max: 'fast' }], 'not a number'],
  ])('refuses %s', (_, rules, message) => {
    expect(problemsOf(metricsSchema.safeParse({ rules })).join('\n')).toContain(message);
  });
});
