import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { rolloutStrategySchema } from '../../src/domain/config/rollout-schema.ts';

const doc = await readFile(path.join(import.meta.dirname, '../../docs/rollouts.md'), 'utf8');

it('docs/rollouts.md has a configuration that is valid, and a strategy file that is', () => {
  const [, yaml = ''] = /```yaml\n(product:[\s\S]*?)```/.exec(doc) ?? [];
  const parsed = parseProductConfig(yaml, 'sluice.yaml');
  expect(parsed.ok ? [] : parsed.problems).toEqual([]);
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(doc) ?? [];
  expect(rolloutStrategySchema.safeParse(JSON.parse(json)).error).toBeUndefined();
});
