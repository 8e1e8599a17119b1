import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { flowNames, flowOf } from '../../src/domain/flows/registry.ts';
import type { StageMeaning } from '../../src/domain/flows/stages.ts';

const controls = ['pause', 'resume', 'abort', 'rollback'] as const;

/** Rows of the table, each once: flows that mean the same by a stage stand in one. */
function rows(): string[] {
  const said = new Map<string, string[]>();
  for (const flow of flowNames.map(flowOf)) {
    const stages: Readonly<Record<string, StageMeaning>> = flow.stages;
    for (const [stage, meaning] of Object.entries(stages)) {
      const cells = controls.map((control) => {
        const { accepted, meaning: text } = meaning.controls[control];
        return accepted ? text : `refused: ${text}`;
      });
      const row = `| ${stage} | ${cells.join(' | ')} |`;
      said.set(row, [...(said.get(row) ?? []), flow.word]);
    }
  }
  return [...said].map(([row, words]) => `| ${words.join(', ')} ${row}`);
}

it('docs/steering.md says what each control means at each stage of each flow, in the words of the rules', async () => {
  const text = await readFile(path.join(import.meta.dirname, '../../docs/steering.md'), 'utf8');
  const table = /controls:begin[^\n]*\n([\s\S]*?)<!-- controls:end/.exec(text)?.[1]?.trim().split('\n').slice(2);
  expect(table).toEqual(rows());
});
