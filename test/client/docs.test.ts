import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/domain/config/json-schema.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';

describe('docs', () => {
  it("[PL-4] docs/api.md shows the example's code as it is", async () => {
    const [doc, code] = await Promise.all([
      readFile('docs/api.md', 'utf8'),
      readFile('examples/programmatic/start-release.ts', 'utf8'),
    ]);
    expect(/```ts\n([\s\S]*?)```/.exec(doc)?.[1]).toBe(code);
  });

  it('docs/configuration.md names every key, and its smallest file is valid', async () => {
    const doc = await readFile('docs/configuration.md', 'utf8');
    const known = new Set(
      [...doc.matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) => text.split(/[\s.,:{}]+/)),
    );
    const missing = [...keysOf(configJsonSchema())].filter((key) => !known.has(key));
    expect(missing).toEqual([]);
    const smallest = /```yaml\n([\s\S]*?)```/.exec(doc)?.[1] ?? '';
    expect(parse(smallest)).toBeTruthy();
    expect(parseProductConfig(smallest, 'x').ok).toBe(true);
  });
});

function keysOf(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) found.add(name);
    if (key !== 'default') keysOf(value, found);
  }
  return found;
}
