import type { CheckResult } from '../../activities/ports/index.ts';

/** What a report says, whatever its format. */
export type Report =
  | { readonly kind: 'counts'; readonly counts: Counts; readonly failures: CheckResult['failures'] }
  /** Missing, broken or empty: the reason names the file. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** Plain output without a line of counts: the exit code has to do. */
  | { readonly kind: 'silent' };

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const maxFailures = 20;
const maxText = 300;

/** A report of counts; one in which no test ran proves nothing, and says so. */
export function countedReport(counts: Counts, failures: CheckResult['failures'], where: string): Report {
  if (counts.passed + counts.failed > 0)
    return { kind: 'counts', counts, failures: failures.slice(0, maxFailures) };
  return {
    kind: 'unusable',
    reason:
      counts.skipped > 0
        ? `no test ran, all ${counts.skipped} are skipped: ${where}`
        : `it holds no tests: ${where}`,
  };
}

/** The first line with something on it, of bearable length. */
export function firstLine(text: string): string {
  const line =
    text
      .split(/\r?\n/)
      .map((part) => part.trim())
      .find(Boolean) ?? '';
  return line.length > maxText ? `${line.slice(0, maxText - 1).toWellFormed()}…` : line;
}
