import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Lists the rows of docs/requirements.md with the tests that carry their ids, and fails on a finished row
 * without one, and on an id that no row has.
 */
const root = join(import.meta.dirname, '..');
const document = readFileSync(join(root, 'docs/requirements.md'), 'utf8');
const rows = [...document.matchAll(/^\|\s*([A-Z]{2}-\d+)\s*\|\s*(.+?)\s*\|$/gm)].map((match) => ({
  id: match[1] ?? '',
  capability: match[2] ?? '',
}));
const finished = expand(/^Finished: (.+)$/m.exec(document)?.[1] ?? '');

/** `RW-1 – RW-3, BY-8` is RW-1, RW-2, RW-3 and BY-8. */
function expand(text: string): Set<string> {
  return new Set(
    text.split(',').flatMap((part) => {
      const [, flow = '', first = '', , last = first] =
        /([A-Z]{2})-(\d+)(?:\s*–\s*([A-Z]{2})-(\d+))?/.exec(part) ?? [];
      const count = Math.max(0, Number(last) - Number(first) + 1);
      return flow === ''
        ? []
        : Array.from({ length: count }, (_, index) => `${flow}-${Number(first) + index}`);
    }),
  );
}

/** The titles of a file's tests: the first argument of every `it`, `test` and `describe`, also of `it.each(…)` and the like. */
function titles(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node, above: readonly string[]): void => {
    const title = ts.isCallExpression(node) ? testTitle(node, source) : undefined;
    if (title && !title.isGroup) found.push([...above, title.text].join(' '));
    const inner = title?.isGroup ? [...above, title.text] : above;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, []);
  return found;
}

function testTitle(
  call: ts.CallExpression,
  source: ts.SourceFile,
): { text: string; isGroup: boolean } | undefined {
  const name = /^(it|test|describe)\b(?!.*\.(skip|todo)\b)/.exec(call.expression.getText(source))?.[1];
  const first = call.arguments[0];
  if (name === undefined || !first || !(ts.isStringLiteralLike(first) || ts.isTemplateExpression(first)))
    return undefined;
  return { text: first.getText(source).slice(1, -1), isGroup: name === 'describe' };
}

const tests = globSync('test/**/*.test.ts', { cwd: root })
  .sort()
  .flatMap((file) => titles(file).map((title) => ({ file, title })));

let missing = 0;
for (const { id, capability } of rows) {
  const proofs = tests.filter(({ title }) => title.includes(`[${id}]`));
  const state = proofs.length > 0 ? '✓' : finished.has(id) ? '✗' : ' ';
  if (state === '✗') missing += 1;
  console.log(`${state} ${id.padEnd(6)} ${capability}`);
  for (const { file, title } of proofs) console.log(`           ${title}  (${file})`);
}
const known = new Set(rows.map((row) => row.id));
const unknown = [
  ...new Set(
    tests.flatMap(({ title }) => [...title.matchAll(/\[([A-Z]{2}-\d+)\]/g)].map((match) => match[1] ?? '')),
  ),
]
  .concat([...finished])
  .filter((id) => !known.has(id));

console.log(`\n${finished.size} rows are finished, ${missing} of them without a test.`);
if (unknown.length > 0) console.log(`Ids that no row has: ${unknown.join(', ')}`);
if (missing > 0 || unknown.length > 0) process.exitCode = 1;
