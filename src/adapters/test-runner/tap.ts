import { Parser } from 'tap-parser';
import type { FinalResults } from 'tap-parser';
import { lineBatches } from './lines.ts';
import type { Report } from './report.ts';
import { countedReport, firstLine } from './report.ts';
import { TapBoundaries } from './tap-documents.ts';

const longestLine = 16 * 1024;
/** Lines that can mean something in TAP; all other output is passed over without being parsed. */
const meaningful = /^(\s|ok\b|not ok\b|\d+\.\.\d|#|TAP version|Bail out!|pragma |[{}])/i;
/** Without one such line it is no TAP at all. */
const evidence = /^\s*(ok\b|not ok\b|\d+\.\.\d)/i;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly failures: { name: string; message: string }[];
}

/** Reads TAP from a log, in pieces; of nested tests the innermost count. Several documents in one log are added up. */
export async function readTap(log: string): Promise<Report> {
  const total: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const boundaries = new TapBoundaries();
  let bailedOut: string | undefined;
  let seen = false;
  let document = readDocument();
  const finish = async () => {
    const { bailout } = await document.finish(total);
    if (bailout !== false) bailedOut ??= typeof bailout === 'string' ? bailout : '';
  };
  try {
    for await (const lines of lineBatches(log, longestLine)) {
      for (const line of lines) {
        if (!meaningful.test(line)) continue;
        if (boundaries.begins(line)) {
          await finish();
          document = readDocument();
        }
        seen ||= evidence.test(line);
        // Also after a plan, where no parser looks for it.
        bailedOut ??= /^Bail out!\s*(.*)$/i.exec(line)?.[1];
        document.write(line);
      }
    }
    await finish();
  } catch (error) {
    return { kind: 'unusable', reason: `it can't be read: ${log}: ${firstLine((error as Error).message)}` };
  }
  return conclude(total, bailedOut, seen, log);
}

type TestPoint = Parameters<Parser['emitAssert']>[0];

/** One document with a plan of its own. */
function readDocument() {
  const counts: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const listen = (parser: Parser, path: readonly string[]): void => {
    parser.on('child', (child: Parser) => listen(child, [...path, child.name]));
    parser.on('assert', (test: TestPoint) => {
      // The line that closes a subtest repeats what its own lines said.
      if (test.closingTestPoint) return;
      if (test.skip || test.todo) counts.skipped += 1;
      else if (test.ok) counts.passed += 1;
      else {
        counts.failed += 1;
        if (counts.failures.length < 20) counts.failures.push(failure(test, path));
      }
    });
  };
  const parser = new Parser();
  const complete = new Promise<FinalResults>((resolve) => parser.once('complete', resolve));
  listen(parser, []);
  let begun = false;
  let proved = false;
  return {
    write(line: string): void {
      begun ||= /^TAP version/i.test(line);
      proved ||= evidence.test(line);
      parser.write(`${line}\n`);
    },
    /** Adds what was counted; what is wrong with the document as a whole is a failure, if no test of it is. */
    async finish(total: Tally): Promise<FinalResults> {
      parser.end();
      const results = await complete;
      if (begun && !proved && results.bailout === false) {
        counts.failed = 1;
        counts.failures.push({ name: 'the plan', message: 'neither a plan nor a test came' });
      } else if (proved && !results.ok && counts.failed === 0 && results.bailout === false) {
        counts.failed = 1;
        counts.failures.push(brokenWhole(results));
      }
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
      total.failures.push(...counts.failures);
      return results;
    },
  };
}

/** A plan that isn't kept, or a subtest that failed as a whole. */
function brokenWhole({ failures: [broken] }: FinalResults): { name: string; message: string } {
  const name = broken && 'name' in broken && typeof broken.name === 'string' ? broken.name : 'the plan';
  const message = broken && typeof broken.tapError === 'string' ? broken.tapError : 'failed';
  return { name: firstLine(name) || 'the plan', message: firstLine(message) };
}

function conclude(
  { failures, ...counts }: Tally,
  bailedOut: string | undefined,
  seen: boolean,
  log: string,
): Report {
  if (bailedOut !== undefined) {
    const message = `bailed out${bailedOut === '' ? '' : `: ${firstLine(bailedOut)}`}`;
    if (counts.failed === 0) return { kind: 'unusable', reason: `the tests ${message} (${log})` };
    return countedReport(
      { ...counts, failed: counts.failed + 1 },
      [{ name: 'the run', message }, ...failures],
      log,
    );
  }
  if (!seen) return { kind: 'unusable', reason: `there is no TAP in ${log}` };
  return countedReport(counts, failures, log);
}

function failure(test: TestPoint, path: readonly string[]): { name: string; message: string } {
  const diagnostic = test.diag as Record<string, unknown> | null | undefined;
  const message = [diagnostic?.['error'], diagnostic?.['message']].find((value) => typeof value === 'string');
  const name = [...path, test.name || `test ${test.id}`].filter(Boolean).join(' › ');
  return { name: firstLine(name), message: firstLine(typeof message === 'string' ? message : '') };
}
