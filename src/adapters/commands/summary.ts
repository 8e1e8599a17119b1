import { constants } from 'node:os';
import { formatDuration } from '../../domain/text/time.ts';

/** One sentence on how a command ended by itself. */
export function exitSummary(exit: {
  code: number;
  duration: number;
  run: string;
  stderrTail: string;
}): string {
  const after = `after ${formatDuration(exit.duration)}`;
  if (exit.code === 0) return `succeeded ${after}`;
  if (exit.code === 75) return `exited with 75 (try again later) ${after}`;
  if (exit.code === 126)
    return `not executable: ${culprit(exit.stderrTail, /Permission denied|not executable/i) ?? firstWord(exit.run)}`;
  if (exit.code === 127)
    return `command not found: ${culprit(exit.stderrTail, /not found/i) ?? firstWord(exit.run)}`;
  const signal = signalName(exit.code - 128);
  return signal ? `ended by ${signal} ${after}` : `exited with ${exit.code} ${after}`;
}

export function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

/** What the shell complained about: `/bin/sh: 1: foo: not found`, `sh: line 1: foo: command not found`. */
function culprit(stderr: string, complaint: RegExp): string | undefined {
  const line = stderr.split('\n').findLast((text) => complaint.test(text) && text.includes(': '));
  const parts = line?.split(/:\s+/) ?? [];
  const at = parts.findLastIndex((part) => complaint.test(part));
  return at > 0 ? parts[at - 1]?.trim() || undefined : undefined;
}

function firstWord(run: string): string {
  return run.trim().split(/\s+/)[0] ?? run;
}
