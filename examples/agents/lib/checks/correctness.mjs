/** What makes a version less sure than the one before: lost or skipped tests, failing ones, work that was left unfinished. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../change.mjs';
import { byFile } from '../diff.mjs';
import { isTest } from '../product.mjs';
import { parses } from '../run.mjs';

const title = /\b(?:test|it)(?:\.\w+)?\(\s*(['"`])(.*?)\1/;

const marks = [
  ['high', /\b(?:test|it|suite|describe)\.only\(/, 'other tests are left out by .only', 'tests'],
  ['high', /\b(?:test|it|suite|describe)\.skip\(/, 'a test is left out by .skip', 'tests'],
  ['high', /^\s*debugger\b/, 'a debugger statement stops the service', 'code'],
  ['medium', /\b(?:TODO|FIXME|XXX)\b/, 'unfinished work is left', 'both'],
  ['medium', /\bcatch\s*(?:\([^)]*\)\s*)?\{\s*\}/, 'an error is swallowed', 'code'],
];

export async function correctness(change) {
  const marked = change.added.flatMap((line) =>
    marks
      .filter(([, pattern, , where]) => fitsPlace(line, where) && pattern.test(line.text))
      .map(([severity, , said]) => ({
        severity,
        title: said,
        detail: `${at(line)}: ${line.text.trim()}`,
        file: line.file,
      })),
  );
  return { findings: [...failures(change), ...(await unreadable(change)), ...lostTests(change), ...marked] };
}

const fitsPlace = ({ inTest, file }, where) =>
  !file.endsWith('.md') && (where === 'both' || inTest === (where === 'tests'));

/** Titles that went away and came back nowhere. One that stands in another's place was rewritten: that is no loss, but worth a look. */
function lostTests({ changes }) {
  const kept = new Set(changes.flatMap(({ added }) => titles(added)));
  const inTests = changes.filter(({ file }) => isTest(file));
  return byFile(inTests).flatMap(([file, group]) => {
    const finding = (severity, lost, what) =>
      lost.length === 0
        ? []
        : [
            {
              severity,
              title: lost.length === 1 ? `a test was ${what}` : `${lost.length} tests were ${what}`,
              detail: lost.join('; '),
              file,
            },
          ];
    const gone = group.map(({ removed, added }) => ({
      lost: titles(removed).filter((each) => !kept.has(each)),
      fresh: titles(added).length,
    }));
    return [
      ...finding(
        'high',
        gone.flatMap(({ lost, fresh }) => lost.slice(fresh)),
        'removed',
      ),
      ...finding(
        'low',
        gone.flatMap(({ lost, fresh }) => lost.slice(0, fresh)),
        'rewritten',
      ),
    ];
  });
}

/** Without the ids of requirements: `[R-1] sells` is the test that was `sells`. */
const titles = (lines) => lines.flatMap((line) => title.exec(line)?.[2].replace(/\[[^\]]*\]\s*/g, '') ?? []);

/** Test results as `{ name, ok, summary }` or counts `{ passed, total }`, one or a list. */
function failures({ testResults }) {
  const all = Array.isArray(testResults) ? testResults : testResults ? [testResults] : [];
  return all
    .filter(
      ({ ok, passed, total }) =>
        ok === false || (passed !== undefined && total !== undefined && passed < total),
    )
    .map(({ name = 'tests', summary, passed, total }) => ({
      severity: 'high',
      title: `${name} failed`,
      detail: summary ?? `${passed} of ${total} passed`,
    }));
}

async function unreadable({ changes, files, show }) {
  const gone = new Set(changes.filter(({ kind }) => kind === 'removed').map(({ file }) => file));
  const scratch = mkdtempSync(join(tmpdir(), 'review-'));
  try {
    const findings = [];
    for (const file of files.filter((each) => /\.[cm]?js$/.test(each) && !gone.has(each))) {
      // The module kind of a lone .js file would be guessed from what is around it.
      const copy = join(scratch, file.endsWith('.cjs') ? 'file.cjs' : 'file.mjs');
      const text = await show(file);
      if (/\brequire\(|\bmodule\.exports\b/.test(text) && !file.endsWith('.mjs')) continue;
      writeFileSync(copy, text);
      if (!(await parses(copy))) {
        findings.push({
          severity: 'critical',
          title: 'the file is not JavaScript',
          detail: `${file} does not parse`,
          file,
        });
      }
    }
    return findings;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
