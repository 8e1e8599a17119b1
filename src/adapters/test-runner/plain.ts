import type { Report } from './report.ts';

/** Lines that count files, suites or snapshots, not tests. */
const notTests = /^\s*(test files|test suites|suites|files|snapshots)\b/i;
const lastLines = 40;

/**
 * Looks for the counts that most test tools print at the end: `12 passed, 1 failed`, `Tests: 1 failed, 2 passed`,
 * `12 passing` / `1 failing`, `# pass 12` / `# fail 1`. Plain output need not have them.
 */
export function readPlain(tail: string): Report {
  // Zero bytes are what UTF-16 has between the letters.
  const lines = tail
    .replaceAll('\0', '')
    .split('\n')
    .slice(-lastLines)
    .filter((line) => !notTests.test(line));
  const last = lines.findLastIndex((line) => number(line, 'pass') !== undefined);
  if (last < 0) return { kind: 'silent' };
  const line = lines[last] ?? '';
  // Some tools give each number a line of its own, right below.
  const block = lines.slice(last, last + 6);
  const find = (word: 'fail' | 'skip') =>
    number(line, word) ?? block.map((text) => ownLine(text, word)).find((n) => n !== undefined) ?? 0;
  const counts = { passed: number(line, 'pass') ?? 0, failed: find('fail'), skipped: find('skip') };
  return counts.passed + counts.failed === 0 ? { kind: 'silent' } : { kind: 'counts', counts, failures: [] };
}

const words = {
  pass: 'pass(?:ed|ing)?',
  fail: 'fail(?:ed|ing|ures?)?',
  skip: '(?:skip(?:ped)?|pending|ignored)',
};

function number(line: string, word: keyof typeof words): number | undefined {
  const match =
    new RegExp(`(?:^|[^\\w.])(\\d{1,9}) ${words[word]}\\b`, 'i').exec(line) ?? labelled(line, word);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function ownLine(line: string, word: keyof typeof words): number | undefined {
  const match = new RegExp(`^\\s*(\\d{1,9}) ${words[word]}\\b`, 'i').exec(line) ?? labelled(line, word);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Node's own reporters: `# pass 3`, `ℹ pass 3`. */
function labelled(line: string, word: keyof typeof words): RegExpExecArray | null {
  return new RegExp(`^\\s*[#ℹ]\\s*${words[word]} (\\d{1,9})\\s*$`, 'i').exec(line);
}
