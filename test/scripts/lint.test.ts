import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const away = mkdtempSync(join(tmpdir(), 'sluice-lint-'));

/** What must not be, and the rule that says so. */
const forbidden = [
  ['a clock', 'export const now = () => new Date();', 'pure-domain(no-clock)'],
  ['a clock by its other name', 'export const now = () => Date.now();', 'pure-domain(no-clock)'],
  ['chance', 'export const dice = () => Math.random();', 'pure-domain(no-chance)'],
  ['an async function', 'export async function wait() {}', 'pure-domain(no-async)'],
  ['an async arrow', 'export const wait = async () => {};', 'pure-domain(no-async)'],
  [
    'a built-in of Node',
    "import { join } from 'node:path';\nexport const file = join('a');",
    'eslint(no-restricted-imports)',
  ],
  ['the environment', 'export const home = process.env;', 'eslint(no-restricted-globals)'],
] as const;
const given = 'export const at = (ms: number) => new Date(ms).toISOString();';

let broken: ReadonlyMap<string, readonly string[]>;

/** The rules that these files break by the project's own configuration, but for those that need types: files alone have no project. */
async function lint(
  files: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rules = readFileSync(join(root, '.oxlintrc.json'), 'utf8');
  writeFileSync(join(away, '.oxlintrc.json'), rules.replace('"typeAware": true', '"typeAware": false'));
  cpSync(join(root, 'scripts/lint'), join(away, 'scripts/lint'), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(away, file)), { recursive: true });
    writeFileSync(join(away, file), text);
  }
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = await promisify(execFile)(process.execPath, [oxlint, '--format=json', 'src'], {
    cwd: away,
  }).catch((failed: { stdout: string }) => failed);
  const found = (JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] }).diagnostics;
  const of = (file: string) => found.filter(({ filename }) => filename === file).map(({ code }) => code);
  return new Map(Object.keys(files).map((file) => [file, of(file)]));
}

beforeAll(async () => {
  const files = forbidden.flatMap(([, text], index) =>
    ['domain/room', 'workflows', 'client'].map((room) => [`src/${room}/${index}.ts`, text] as const),
  );
  broken = await lint({ ...Object.fromEntries(files), 'src/domain/room/given.ts': given });
});
afterAll(() => rmSync(away, { recursive: true }));

describe('lint', () => {
  it.each(forbidden.map(([what, , rule], index) => [what, rule, index] as const))(
    'keeps %s out of the domain',
    (_, rule, index) => {
      expect(broken.get(`src/domain/room/${index}.ts`)).toEqual([rule]);
      expect(broken.get(`src/client/${index}.ts`)).toEqual([]);
    },
  );

  it('lets the domain format a time that it was given', () => {
    expect(broken.get('src/domain/room/given.ts')).toEqual([]);
  });

  it("keeps what is Node's out of the workflows, but not what runs there", () => {
    const rules = forbidden.map((_, index) => broken.get(`src/workflows/${index}.ts`));
    expect(rules).toEqual(forbidden.map(([, , rule]) => (rule.startsWith('eslint') ? [rule] : [])));
  });
});
