import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJUnit } from '../../../src/adapters/test-runner/junit.ts';
import { lineBatches } from '../../../src/adapters/test-runner/lines.ts';
import { readPlain } from '../../../src/adapters/test-runner/plain.ts';
import { readTap } from '../../../src/adapters/test-runner/tap.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-reports-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
const xml = (content: string) => {
  put('r.xml', content);
  return readJUnit(directory, 'r.xml', 0);
};
const tap = (content: string) => readTap(put('r.tap', content));

/** A suite with everything in it, as Node's own runner reports it. */
const suite = `
import test from 'node:test';
test('outer', async (t) => {
  await t.test('fine', () => {});
  await t.test('broken', () => { throw new Error('boom\\nmore'); });
});
test('later', { todo: true }, () => { throw new Error('x'); });
test('not now', { skip: true }, () => {});
test('alone', () => {});
`;

function nodeReport(reporter: string): string {
  const file = put('suite.mjs', suite);
  // Without the marks that a test runner leaves for its children.
  const env = { PATH: process.env['PATH'] };
  try {
    return execFileSync(process.execPath, ['--test', `--test-reporter=${reporter}`, file], {
      encoding: 'utf8',
      env,
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const expected = {
  kind: 'counts',
  counts: { passed: 2, failed: 1, skipped: 2 },
  failures: [{ name: 'outer › broken', message: 'boom' }],
};

describe('JUnit XML', () => {
  it('of a real runner', async () => {
    expect(await xml(nodeReport('junit'))).toEqual(expected);
  });

  it('counts suites that are nested, and errors as failures', async () => {
    const content = `<testsuites><testsuite name="a"><testsuite name="b"><testcase name="x"><error>  
      first line
      second</error></testcase></testsuite><testcase name="y"/></testsuite><testsuite name="c"><testcase name="z"/></testsuite></testsuites>`;
    expect(await xml(content)).toEqual({
      kind: 'counts',
      counts: { passed: 2, failed: 1, skipped: 0 },
      failures: [{ name: 'a › b › x', message: 'first line' }],
    });
  });

  it('counts a broken set-up that no case names', async () => {
    expect(
      await xml('<testsuite name="s" tests="1" errors="1"><testcase name="x"/></testsuite>'),
    ).toMatchObject({
      counts: { passed: 1, failed: 1 },
      failures: [{ name: 's' }],
    });
    expect(await xml('<testsuite name="s" tests="0" failures="1"/>')).toMatchObject({
      counts: { passed: 0, failed: 1 },
    });
  });

  it('takes the numbers of a suite without cases', async () => {
    expect(await xml('<testsuite name="s" tests="10" failures="2" errors="1" skipped="3"/>')).toMatchObject({
      counts: { passed: 4, failed: 3, skipped: 3 },
    });
  });

  it('names at most 20 failures and keeps their first lines short', async () => {
    const cases = Array.from(
      { length: 50 },
      (_, n) => `<testcase name="t${n}"><failure message="${'long '.repeat(200)}"/></testcase>`,
    );
    const report = await xml(`<testsuite name="s">${cases.join('')}</testsuite>`);
    if (report.kind !== 'counts') throw new Error('no counts');
    expect(report.counts.failed).toBe(50);
    expect(report.failures).toHaveLength(20);
    expect(report.failures[0]?.message.length).toBeLessThanOrEqual(300);
  });

  it('counts what failed in a suite beside its cases', async () => {
    const content =
      '<testsuites><testsuite name="s" tests="1"><error message="no database"/><testcase name="x"/></testsuite></testsuites>';
    const counted = {
      counts: { passed: 1, failed: 1, skipped: 0 },
      failures: [{ name: 's', message: 'no database' }],
    };
    expect(await xml(content)).toMatchObject(counted);
    expect(await xml(content.replace('tests="1"', 'tests="1" errors="1"'))).toMatchObject(counted);
    expect(await xml('<testsuites><failure>broken</failure></testsuites>')).toMatchObject({
      counts: { passed: 0, failed: 1 },
      failures: [{ name: 'the report', message: 'broken' }],
    });
    expect(await xml('<testsuite name="s" tests="4" errors="1"><error/></testsuite>')).toMatchObject({
      counts: { passed: 3, failed: 1 },
    });
  });

  it.each(['utf16le', 'utf16be', 'latin1', 'utf8'])('in %s', async (encoding) => {
    const content = '<testsuite name="café"><testcase name="x"><failure message="é"/></testcase></testsuite>';
    const expected = { counts: { failed: 1 }, failures: [{ name: 'café › x', message: 'é' }] };
    const wide = Buffer.from(`\uFEFF${content}`, 'utf16le');
    const bytes = {
      utf16le: wide,
      utf16be: Buffer.from(wide).swap16(),
      latin1: Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${content}`, 'latin1'),
      utf8: Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-16"?>${content}`),
    }[encoding];
    put('r.xml', bytes ?? '');
    expect(await readJUnit(directory, 'r.xml', 0)).toMatchObject(expected);
  });

  it('in an encoding that nobody knows does not count', async () => {
    const content = '<?xml version="1.0" encoding="klingon"?><testsuite><testcase name="x"/></testsuite>';
    expect(await xml(content)).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining('klingon') as string,
    });
  });

  it('survives entities that expand without end', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(900)}"><!ENTITY b "${'&a;'.repeat(300)}">]><testsuite name="${'&b;'.repeat(50)}"><testcase name="${'&b;'.repeat(900)}"/></testsuite>`;
    const before = process.memoryUsage().rss;
    await xml(bomb);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe('TAP', () => {
  it('of a real runner: the innermost tests count', async () => {
    expect(await tap(nodeReport('tap'))).toEqual(expected);
  });

  it('among other output', async () => {
    expect(
      await tap('npm noise\nTAP version 13\nok 1 - a\nnoise \u0000\nnot ok 2 - b\n1..2\nbye\n'),
    ).toMatchObject({
      counts: { passed: 1, failed: 1, skipped: 0 },
      failures: [{ name: 'b', message: '' }],
    });
  });

  it.each([
    ['fewer than planned', '1..3\nok 1\nok 2\n', /plan|test count|not found|missing/i],
    ['without a plan', 'ok 1 - a\n', /plan/],
  ])('with %s is a failure', async (_title, content, message) => {
    const report = await tap(content);
    expect(report).toMatchObject({ kind: 'counts', counts: { failed: 1 } });
    expect(JSON.stringify(report)).toMatch(message);
  });

  it.each([
    ['nothing', '', /there is no TAP in/],
    ['no TAP', 'hello\n', /there is no TAP in/],
    ['an empty plan', '1..0 # skipped\n', /no tests/],
    ['a bail-out', 'ok 1\nBail out! no database\n', /bailed out: no database/],
  ])('that is %s does not count', async (_title, content, reason) => {
    const report = await tap(content);
    expect(report).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason) as string });
  });

  it.each<[string, string, number, number]>([
    [
      'by their versions',
      'TAP version 13\nok 1 - a\n1..1\nTAP version 13\nok 1 - b\nnot ok 2 - c\n1..2\n',
      2,
      1,
    ],
    ['by plans at the end', 'ok 1 - a\n1..1\nok 1 - b\nnot ok 2 - c\n1..2\n', 2, 1],
    ['by plans at the beginning', '1..1\nok 1 - a\n1..2\nok 1 - b\nnot ok 2 - c\n', 2, 1],
    ['by a plan at the beginning and one at the end', '1..1\nok 1 - a\nok 1 - b\nnot ok 2 - c\n1..2\n', 2, 1],
    ['with words between', 'ok 1\n1..1\n# tests 1\nnpm says\nTAP version 14\n1..1\nok 1\n', 2, 0],
    ['with subtests', 'ok 1 - a\n1..1\n# Subtest: b\n    not ok 1 - c\n    1..1\nnot ok 1 - b\n1..1\n', 1, 1],
    ['the first one without its plan', 'TAP version 13\nok 1 - a\nTAP version 13\nok 1 - b\n1..1\n', 2, 1],
    ['the last one without a test', 'TAP version 13\nok 1 - a\n1..1\nTAP version 13\n', 1, 1],
    ['the first one with fewer than planned', '1..3\nok 1\nTAP version 13\n1..1\nok 1\n', 2, 1],
  ])('of several documents is added up: %s', async (_, content, passed, failed) => {
    expect(await tap(content)).toMatchObject({ kind: 'counts', counts: { passed, failed } });
  });

  it('with more than was planned is a failure', async () => {
    expect(await tap('1..1\nok 1\nnot ok 2 - extra\n')).toMatchObject({ counts: { failed: 1 } });
    expect(await tap('1..1\nok 1\nok 2 - extra\n')).toMatchObject({ counts: { failed: 1 } });
  });

  it.each([
    ['after the plan', 'ok 1 - a\n1..1\nBail out! no database\n'],
    ['in a second document', 'ok 1 - a\n1..1\nTAP version 13\nok 1\nBail out! no database\n'],
    ['in a subtest', '# Subtest: x\n    ok 1\n    Bail out! no database\n'],
  ])('a bail-out counts %s', async (_, content) => {
    expect(await tap(content)).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining('bailed out: no database') as string,
    });
  });

  it('a bail-out takes no failure away', async () => {
    expect(await tap('ok 1\nnot ok 2 - b\nBail out! no database\n')).toMatchObject({
      counts: { passed: 1, failed: 2 },
      failures: [{ name: 'the run', message: 'bailed out: no database' }, { name: 'b' }],
    });
  });

  it('in UTF-16', async () => {
    const wide = Buffer.from('\uFEFFok 1 - é\r\nnot ok 2 - ü\r\n1..2\r\n', 'utf16le');
    for (const bytes of [wide, wide.subarray(2), Buffer.from(wide).swap16()])
      expect(await readTap(put('wide.tap', bytes))).toMatchObject({
        counts: { passed: 1, failed: 1 },
        failures: [{ name: 'ü' }],
      });
  });

  it('is read in pieces: 100 MB of noise, also on one line, stay out of memory', async () => {
    const noise = Buffer.alloc(50_000_000, 'x');
    const lines = Buffer.alloc(50_000_000, 'some words on a line\n');
    const path = put(
      'big.tap',
      Buffer.concat([
        Buffer.from('ok 1 - a\n'),
        noise,
        Buffer.from('\n'),
        lines,
        Buffer.from('\nnot ok 2 - b\n1..2\n'),
      ]),
    );
    const before = process.memoryUsage();
    expect(await readTap(path)).toMatchObject({ counts: { passed: 1, failed: 1 } });
    expect(process.memoryUsage().heapUsed - before.heapUsed).toBeLessThan(60_000_000);
  });

  it('a log that is not there does not count', async () => {
    expect(await readTap(join(directory, 'none'))).toMatchObject({ kind: 'unusable' });
  });
});

describe('plain output', () => {
  it.each([
    ['12 passed, 1 failed', 12, 1, 0],
    ['12 passed, 0 failed', 12, 0, 0],
    [' Test Files  1 passed (1)\n      Tests  1 failed | 5 passed | 2 skipped (8)\n   Duration 3s', 5, 1, 2],
    [
      'Test Suites: 1 failed, 1 total\nTests:       1 failed, 2 passed, 3 total\nSnapshots:   7 passed, 7 total',
      2,
      1,
      0,
    ],
    ['  5 passing (20ms)\n  2 pending\n  1 failing\n\n  1) cart', 5, 1, 2],
    ['# tests 3\n# pass 2\n# fail 1\n# skipped 0', 2, 1, 0],
    ['ℹ tests 3\nℹ suites 0\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0', 3, 0, 0],
    ['===== 3 passed, 1 skipped in 0.12s =====', 3, 0, 1],
    ['test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured', 5, 0, 1],
  ])('%j', (tail, passed, failed, skipped) => {
    expect(readPlain(tail)).toEqual({ kind: 'counts', counts: { passed, failed, skipped }, failures: [] });
  });

  it('in UTF-16 says the same', () => {
    expect(readPlain([...'2 passed, 1 failed'].join('\0'))).toMatchObject({
      counts: { passed: 2, failed: 1 },
    });
  });

  it.each(['', 'all good', 'version 1.2 passed the gate', '0 passed, 0 failed'])(
    '%j says nothing',
    (tail) => {
      expect(readPlain(tail)).toEqual({ kind: 'silent' });
    },
  );
});

describe('lines of a file', () => {
  it('are the lines of its text, cut at the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' '), maxLength: 40 })),
        fc.integer({ min: 1, max: 50 }),
        async (lines, limit) => {
          const seen: string[] = [];
          for await (const batch of lineBatches(put('lines', lines.join('\n')), limit)) seen.push(...batch);
          const whole = lines
            .join('\n')
            .split('\n')
            .map((line) => line.slice(0, limit));
          expect(seen).toEqual(whole.at(-1) === '' ? whole.slice(0, -1) : whole);
        },
      ),
    );
  });
});
