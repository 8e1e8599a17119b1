import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { stages } from '../../src/domain/flows/registry.ts';
import { outcomes } from '../../src/domain/run/status.ts';

describe('docs/glossary.md', () => {
  it('names every outcome and every stage in its entry', async () => {
    const doc = await readFile('docs/glossary.md', 'utf8');
    const named = (entry: string): string[] => {
      const text = new RegExp(`^\\| ${entry} +\\| (.*?) *\\|$`, 'm').exec(doc)?.[1] ?? '';
      return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word).sort();
    };
    expect(named('outcome')).toEqual([...outcomes].sort());
    expect(named('stage')).toEqual([...stages].sort());
  });
});
