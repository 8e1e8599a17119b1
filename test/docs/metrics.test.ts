import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetricSource } from '../../src/adapters/metrics/metric-source.ts';
import { builtInMeasures } from '../../src/domain/config/metrics-schema.ts';
import type { MetricsConfig } from '../../src/domain/config/metrics-schema.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { canary, placeOf, secrets } from '../adapters/metrics/support.ts';
import { startPrometheus } from '../support/prometheus.ts';
import type { Prometheus } from '../support/prometheus.ts';

const doc = await readFile(path.join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
const blocks = [...doc.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
const parsed = blocks.map((yaml) => parseProductConfig(yaml, 'docs/metrics.md'));
const configs: MetricsConfig[] = parsed.flatMap((each) =>
  each.ok && each.config.metrics ? [each.config.metrics] : [],
);

describe('docs/metrics.md', () => {
  it('has whole configurations that are valid', () => {
    expect(parsed.flatMap((each) => (each.ok ? [] : each.problems))).toEqual([]);
    expect(configs).toHaveLength(2);
  });

  it('knows every measure', () => {
    for (const measure of builtInMeasures) expect(doc).toContain(`\`${measure}\``);
  });

  describe('its queries', () => {
    let prometheus: Prometheus;
    beforeAll(async () => {
      prometheus = await startPrometheus({ pages: {} });
    });
    afterAll(() => prometheus?.stop());

    const rules = configs.flatMap((config) => config.rules.filter(({ query }) => query !== undefined));
    it.each(rules.map((rule) => [rule.name, rule] as const))(
      '%s is one that Prometheus understands, and says nothing while there is nothing to see',
      async (_, rule) => {
        const config = {
          ...configs[0]!,
          rules: [rule],
          prometheus: { url: prometheus.url, timeout: 10_000 },
        };
        const session = createMetricSource({ secrets }).open(config, placeOf());
        expect(await session.read(rule, canary, new AbortController().signal)).toMatchObject({
          kind: 'no-data',
        });
      },
    );
  });
});
