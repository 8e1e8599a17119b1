import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decoded } from './encoding.ts';
import type { Counts, Report } from './report.ts';
import { countedReport, firstLine } from './report.ts';

/** Where a report is looked for unless the configuration says otherwise. */
const defaultFiles = 'junit.xml';
const largest = 64 * 1024 * 1024;

type Xml = Record<string, unknown>;
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly failures: { name: string; message: string }[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Line breaks in attributes are written as numbers, which are only decoded with this.
  htmlEntities: true,
  isArray: (name) => ['testsuites', 'testsuite', 'testcase', 'failure', 'error', 'skipped'].includes(name),
});

/**
 * Reads JUnit XML by a glob relative to `directory`: any number of files, suites nested as deep as they like. Files from
 * before `since` (epoch milliseconds) belong to an earlier run and don't count.
 */
export async function readJUnit(
  directory: string,
  files: string | undefined,
  since: number,
): Promise<Report> {
  const pattern = files ?? defaultFiles;
  const found = await reportFiles(directory, pattern);
  const where = `${pattern} in ${directory}`;
  if (found.length === 0) return { kind: 'unusable', reason: `it is missing: no file matches ${where}` };
  const fresh = found.filter(({ changed }) => changed >= Math.floor(since));
  if (fresh.length === 0)
    return { kind: 'unusable', reason: `it is from an earlier run: the command did not write ${where}` };

  const total: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { path, size } of fresh) {
    const problem = size > largest ? 'over 64 MiB' : await addFile(total, path);
    if (problem) return { kind: 'unusable', reason: `it can't be read: ${path}: ${problem}` };
  }
  const { failures, ...counts } = total;
  return countedReport(counts, failures, fresh.length === 1 ? (fresh[0]?.path ?? where) : where);
}

async function reportFiles(directory: string, pattern: string) {
  const files: { path: string; size: number; changed: number }[] = [];
  for await (const name of glob(pattern, { cwd: directory })) {
    const path = join(directory, name);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) files.push({ path, size: info.size, changed: info.mtimeMs });
  }
  return files.sort((a, b) => a.path.localeCompare(b.path));
}

async function addFile(total: Tally, path: string): Promise<string | undefined> {
  try {
    const text = decoded(await readFile(path));
    if (text.trim() === '') return 'empty';
    const valid = XMLValidator.validate(text);
    if (valid !== true) return `line ${valid.err.line}: ${firstLine(valid.err.msg)}`;
    const root = parser.parse(text) as Xml;
    if (!root['testsuites'] && !root['testsuite'])
      return 'not a JUnit report: its root is neither testsuites nor testsuite';
    for (const suites of nodes(root, 'testsuites')) addSuite(total, suites, []);
    for (const suite of nodes(root, 'testsuite')) addSuite(total, suite, []);
    return undefined;
  } catch (error) {
    return firstLine((error as Error).message);
  }
}

/** Adds a suite with all in it. What its own count of failures knows beyond its cases (a broken set-up) is a failure too. */
function addSuite(total: Tally, suite: Xml, path: readonly string[]): void {
  const name = attribute(suite, 'name');
  const here = name ? [...path, name] : path;
  const before = total.failed;
  const beforeAll = sum(total);
  for (const testcase of nodes(suite, 'testcase')) addCase(total, testcase, here);
  for (const inner of nodes(suite, 'testsuite')) addSuite(total, inner, here);
  const ofItsOwn = addFailures(total, suite, here);

  const claimed = {
    failed: count(suite, 'failures') + count(suite, 'errors'),
    all: count(suite, 'tests'),
    skipped: count(suite, 'skipped'),
  };
  const unseen = claimed.failed - (total.failed - before);
  if (unseen > 0) {
    total.failed += unseen;
    total.failures.push({
      name: here.join(' › ') || 'the report',
      message: `reports ${claimed.failed} failed without naming all of them`,
    });
  }
  // Some tools write only the numbers.
  if (sum(total) - Math.max(0, unseen) - ofItsOwn === beforeAll && claimed.all > 0) {
    total.skipped += claimed.skipped;
    total.passed += Math.max(0, claimed.all - claimed.failed - claimed.skipped);
  }
}

/** What failed in a suite beside its cases, such as its set-up. */
function addFailures(total: Tally, suite: Xml, path: readonly string[]): number {
  const bad = [...nodes(suite, 'failure'), ...nodes(suite, 'error')];
  for (const each of bad) {
    total.failed += 1;
    total.failures.push({
      name: firstLine(path.join(' › ') || 'the report'),
      message: firstLine(attribute(each, 'message') || text(each)),
    });
  }
  return bad.length;
}

function addCase(total: Tally, testcase: Xml, path: readonly string[]): void {
  const bad = [...nodes(testcase, 'failure'), ...nodes(testcase, 'error')][0];
  // A test marked as to-do or skipped may carry its failure along.
  if (testcase['skipped'] !== undefined) {
    total.skipped += 1;
  } else if (bad) {
    total.failed += 1;
    const name = [...path, attribute(testcase, 'name') || 'a test without a name'].join(' › ');
    total.failures.push({
      name: firstLine(name),
      message: firstLine(attribute(bad, 'message') || text(bad)),
    });
  } else {
    total.passed += 1;
  }
}

const sum = ({ passed, failed, skipped }: Counts) => passed + failed + skipped;

/** Children of a name; an element with text only is that text. */
function nodes(parent: Xml, name: string): readonly Xml[] {
  const value = parent[name];
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) =>
    typeof item === 'object' && item !== null ? (item as Xml) : { '#text': item },
  );
}

function attribute(node: Xml, name: string): string {
  const value = node[`@${name}`];
  return typeof value === 'string' ? value : '';
}

function text(node: Xml): string {
  const value = node['#text'];
  return typeof value === 'string' ? value : '';
}

function count(node: Xml, name: string): number {
  const value = Number(attribute(node, name));
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
