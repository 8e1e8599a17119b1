import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { controlMeanings } from '../../src/domain/run/controls.ts';

it('docs/steering.md says what each control means at each stage, in the words of the rules', async () => {
  const text = await readFile(path.join(import.meta.dirname, '../../docs/steering.md'), 'utf8');
  const rows = Object.entries(controlMeanings).map(([stage, meanings]) => {
    const cells = (['pause', 'resume', 'abort', 'rollback'] as const).map((control) => {
      const { accepted, meaning } = meanings[control];
      return accepted ? meaning : `refused: ${meaning}`;
    });
    return `| ${stage} | ${cells.join(' | ')} |`;
  });
  for (const row of rows) expect(text).toContain(row);
});
