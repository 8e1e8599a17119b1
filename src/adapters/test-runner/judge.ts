import { formatDuration } from '../../domain/text/time.ts';
import type { CheckResult, CommandResult } from '../../activities/ports/index.ts';
import { cutTail, tailBytes } from '../commands/output.ts';
import type { Report } from './report.ts';

/** One try of a check, before it is known how many there were. */
export type Try = Omit<CheckResult, 'attempts'>;

/** A check is good where its command and its report both are: one without the other proves nothing. */
export function judge(command: CommandResult, report: Report | undefined): Try {
  const done = command.end === 'exited' && command.exitCode === 0;
  const counts = report?.kind === 'counts' ? report.counts : undefined;
  return {
    ok: done && report !== undefined && report.kind !== 'unusable' && (counts?.failed ?? 0) === 0,
    passed: counts?.passed,
    failed: counts?.failed,
    skipped: counts?.skipped,
    total: counts && counts.passed + counts.failed + counts.skipped,
    failures: report?.kind === 'counts' ? report.failures : [],
    summary: summarise(command, report, done),
    duration: command.duration,
    logFile: command.stderrTail && !command.stdoutTail ? command.stderrFile : command.stdoutFile,
    // Test tools say what matters on stdout, so that is the end that stays.
    tail: cutTail([command.stderrTail, command.stdoutTail].filter(Boolean).join('\n'), tailBytes),
    ...(command.end === 'unknown' ? { unknown: true } : {}),
  };
}

function summarise(command: CommandResult, report: Report | undefined, done: boolean): string {
  if (report === undefined) return command.summary;
  if (report.kind === 'silent')
    return done ? `passed in ${formatDuration(command.duration)}` : command.summary;
  if (report.kind === 'unusable') {
    return done
      ? `the command succeeded, but its report does not count: ${report.reason}`
      : `${command.summary}; and its report does not count: ${report.reason}`;
  }
  const { passed, failed, skipped } = report.counts;
  const counted = `${passed} of ${passed + failed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  if (failed === 0)
    return done ? counted : `${counted}, but the command did not end well: ${command.summary}`;
  const [first] = report.failures;
  const more = failed > 1 ? ` and ${failed - 1} more` : '';
  const named = first ? `${counted}: ${first.name}${more} failed` : `${counted}: ${failed} failed`;
  return done ? `${named}, although the command exited with 0` : named;
}
