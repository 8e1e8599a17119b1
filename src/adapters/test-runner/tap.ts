import { Parser } from 'tap-parser';
import type { FinalResults } from 'tap-parser';
import { lineBatches } from './lines.ts';
import type { Report } from './report.ts';
import { countedReport, firstLine } from './report.ts';

const longestLine = 16 * 1024;
/** Lines that can mean something in TAP; all other output is passed over without being parsed. */
const meaningful = /^(\s|ok\b|not ok\b|\d+\.\.\d|#|TAP version|Bail out!|pragma |[{}])/i;
/** Without one such line it is no TAP at all. */
const evidence = /^\s*(ok\b|not ok\b|\d+\.\.\d)/i;

/** Reads TAP from a log, in pieces; of nested tests the innermost count. */
export async function readTap(log: string): Promise<Report> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: { name: string; message: string }[] = [];
  let seen = false;

  const listen = (parser: Parser, path: readonly string[]): void => {
    parser.on('child', (child: Parser) => listen(child, [...path, child.name]));
    parser.on('assert', (test: TestPoint) => {
      // The line that closes a subtest repeats what its own lines said.
      if (test.closingTestPoint) return;
      if (test.skip || test.todo) counts.skipped += 1;
      else if (test.ok) counts.passed += 1;
      else {
        counts.failed += 1;
        if (failures.length < 20) failures.push(failure(test, path));
      }
    });
  };

  const parser = new Parser();
  const complete = new Promise<FinalResults>((resolve) => parser.once('complete', resolve));
  listen(parser, []);
  try {
    for await (const lines of lineBatches(log, longestLine)) {
      for (const line of lines) {
        seen ||= evidence.test(line);
        if (meaningful.test(line)) parser.write(`${line}\n`);
      }
    }
  } catch (error) {
    return { kind: 'unusable', reason: `it can't be read: ${log}: ${firstLine((error as Error).message)}` };
  }
  parser.end();
  return conclude(await complete, counts, failures, seen, log);
}

type TestPoint = Parameters<Parser['emitAssert']>[0];

function conclude(
  results: FinalResults,
  counts: { passed: number; failed: number; skipped: number },
  failures: { name: string; message: string }[],
  seen: boolean,
  log: string,
): Report {
  if (results.bailout !== false) {
    const reason = typeof results.bailout === 'string' ? `: ${firstLine(results.bailout)}` : '';
    return { kind: 'unusable', reason: `the tests bailed out${reason} (${log})` };
  }
  if (!seen) {
    return { kind: 'unusable', reason: `there is no TAP in ${log}` };
  }
  if (!results.ok && counts.failed === 0) {
    // A plan that isn't kept, or a subtest that failed as a whole.
    const broken = results.failures[0];
    const name = broken && 'name' in broken && typeof broken.name === 'string' ? broken.name : 'the plan';
    const message = broken && typeof broken.tapError === 'string' ? broken.tapError : 'failed';
    if (counts.passed + counts.skipped > 0) {
      return countedReport(
        { ...counts, failed: 1 },
        [{ name: firstLine(name) || 'the plan', message: firstLine(message) }],
        log,
      );
    }
  }
  return countedReport(counts, failures, log);
}

function failure(test: TestPoint, path: readonly string[]): { name: string; message: string } {
  const diagnostic = test.diag as Record<string, unknown> | null | undefined;
  const message = [diagnostic?.['error'], diagnostic?.['message']].find((value) => typeof value === 'string');
  const name = [...path, test.name || `test ${test.id}`].filter(Boolean).join(' › ');
  return { name: firstLine(name), message: firstLine(typeof message === 'string' ? message : '') };
}
