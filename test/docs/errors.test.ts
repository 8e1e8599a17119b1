import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { exitCodes } from '../../src/client/cli/exit-codes.ts';
import { failureOf } from '../../src/client/cli/failure.ts';
import { SluiceError } from '../../src/client/errors.ts';
import type { SluiceErrorCode } from '../../src/client/errors.ts';
import { formatProblem } from '../../src/domain/config/problem.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');
const doc = await read('docs/errors.md');

/** The members of a union of texts: types are gone at run time, so they are read where they are declared. */
async function unionIn(file: string, type: string): Promise<string[]> {
  const declared = new RegExp(`export type ${type} =([^;]*);`).exec(await read(file))?.[1] ?? '';
  return [...declared.replace(/\/\/.*$/gm, '').matchAll(/'([^']+)'/g)].map(([, member = '']) => member);
}

it("docs/errors.md explains every kind of git's no", async () => {
  const kinds = await unionIn('src/activities/ports/source.ts', 'SourceProblemKind');
  expect(kinds).toContain('not-text');
  expect(kinds.filter((kind) => !doc.includes(`\n| \`${kind}\` `))).toEqual([]);
});

it('docs/errors.md explains every exit code and every code of an error, with its exit code', async () => {
  for (const [name, code] of Object.entries(exitCodes))
    expect(doc).toMatch(new RegExp(`\\n\\| ${code} +\\| \`${name}\` `));
  const codes = (await unionIn('src/control/errors.ts', 'SluiceErrorCode')) as SluiceErrorCode[];
  expect(codes).toContain('timeout');
  for (const code of codes) {
    const { exitCode } = failureOf(new SluiceError(code, ''));
    expect(doc).toMatch(new RegExp(`\\n\\| \`${code}\` +\\| \`\\w+\` +\\| ${exitCode} `));
  }
});

it('[PL-2] docs/errors.md shows a broken configuration with what is really said about it', () => {
  const [, yaml = '', report] = /```yaml\n([\s\S]*?)```\n\ngives\n\n```\n([\s\S]*?)```/.exec(doc) ?? [];
  const parsed = parseProductConfig(yaml, 'sluice.yaml');
  expect(parsed.ok ? '' : parsed.problems.map((problem) => `${formatProblem(problem)}\n`).join('')).toBe(report);
});

it('docs/errors.md has every problem that the schema and the parser of a configuration know', async () => {
  const sections = globSync('src/domain/config/{*schema,parts,product-rules}.ts', { cwd: root });
  const files = await Promise.all(sections.map(read));
  const schema = files.join('\n');
  const parser = await read('src/domain/config/parse.ts');
  const messages = [
    ...[...schema.matchAll(/(?:error|message): ['`]([^'`]+)['`]/g)].map(([, text = '']) => text),
    ...[...parser.matchAll(/(?:return|whole\()\s*['`]([^'`]{8,})['`]/g)].map(([, text = '']) => text),
  ];
  expect(messages.length).toBeGreaterThan(25);
  // What stands in a template differs from case to case: the longest piece between is what people find.
  const pieces = messages.map((text) => text.split(/\$\{[^}]*\}?|\\/).sort((a, b) => b.length - a.length)[0] ?? '');
  expect(pieces.map((piece) => piece.trim()).filter((piece) => !doc.includes(piece))).toEqual([]);
});

it('every file that docs/errors.md and docs/databases.md point to is there', async () => {
  for (const text of [doc, await read('docs/databases.md')])
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      await expect(read(path.join('docs', link)), link).resolves.not.toBe('');
});
