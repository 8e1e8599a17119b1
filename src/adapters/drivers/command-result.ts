import type { CommandResult, DriverResult } from '../../activities/ports/index.ts';

/** The end of a command as the end of a driver's effect. An unknown outcome stays unknown. */
export function resultOfCommand(what: string, result: CommandResult): DriverResult {
  return {
    ok: result.end === 'exited' && result.exitCode === 0,
    summary: `${what}: ${result.summary}`,
    ...(result.end === 'unknown' ? { unknown: true } : {}),
    logFile: result.stderrTail && !result.stdoutTail ? result.stderrFile : result.stdoutFile,
    tail: [result.stdoutTail, result.stderrTail].filter(Boolean).join('\n'),
    ...(result.outputs ? { outputs: result.outputs } : {}),
  };
}
