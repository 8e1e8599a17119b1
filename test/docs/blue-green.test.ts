import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blueGreenSchema } from '../../src/domain/config/blue-green-schema.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';

const root = path.join(import.meta.dirname, '../..');
const doc = await readFile(path.join(root, 'docs/blue-green.md'), 'utf8');
const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(doc) ?? [];
const parsed = parseProductConfig(yaml, 'docs/blue-green.md');

describe('docs/blue-green.md', () => {
  it('has a whole configuration that is valid, and shows every key', () => {
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    for (const key of Object.keys(blueGreenSchema.shape)) expect(yaml).toContain(`  ${key}:`);
  });

  it('says the defaults as they are', () => {
    const { environment, maxAttempts, maxTime, maxCost, review, canary } = blueGreenSchema.parse({});
    expect(parsed.ok && parsed.config.blueGreen).toMatchObject({
      environment,
      maxAttempts,
      maxTime,
      maxCost,
      review,
      canary,
    });
  });

  it('a product that does not use it has the configuration, and the digest, that it always had', () => {
    const plain = parseProductConfig(
      'product: shop\nrepository: { path: . }\nenvironments:\n  staging: { process: { start: a, port: 1 } }\n  production: { process: { start: a, port: 2 }, approval: { from: [alice] } }\n',
      'sluice.yaml',
    );
    if (!plain.ok) throw new Error(JSON.stringify(plain.problems));
    expect(plain.config).not.toHaveProperty('blueGreen');
    expect(plain.config.agents).toEqual({});
  });

  it('points to files that are there', async () => {
    for (const [, link = ''] of doc.matchAll(/\]\((?!https?:)([^)#]+)/g))
      await expect(readFile(path.join(root, 'docs', link), 'utf8'), link).resolves.not.toBe('');
  });
});
