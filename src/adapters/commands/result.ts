import { constants } from 'node:os';
import { formatDuration } from '../../domain/text/time.ts';
import type { CommandResult, CommandSpec } from '../../activities/ports/index.ts';
import { logFile } from './execution.ts';
import type { LogEnd } from './output.ts';
import { readLogEnd } from './output.ts';
import type { Settings } from './settings.ts';
import { exitSummary } from './summary.ts';
import type { Ending } from './wait.ts';
import { logSize } from './wait.ts';

type Verdict = Pick<CommandResult, 'end' | 'exitCode' | 'duration' | 'summary'> & {
  readonly startedAt?: number;
};

/** The result of an execution that has ended, one way or the other. */
export async function endedResult(
  directory: string,
  ending: Extract<Ending, { kind: 'ended' | 'stuck' | 'lost' }>,
  spec: CommandSpec,
  settings: Settings,
): Promise<CommandResult> {
  const tooMuch = (await logSize(directory, 'stdout')) > settings.outputLimit ? 'stdout' : 'stderr';
  return resultOf(directory, settings, (stderrTail) => verdict(ending, spec, stderrTail, tooMuch, settings));
}

/** The result of a command that has no execution here. */
export function absentResult(
  directory: string,
  end: 'not-started' | 'cancelled' | 'unknown',
  summary: string,
  settings: Settings,
): Promise<CommandResult> {
  return resultOf(directory, settings, () => ({ end, exitCode: undefined, duration: 0, summary }));
}

async function resultOf(
  directory: string,
  settings: Settings,
  judge: (stderrTail: string) => Verdict,
): Promise<CommandResult> {
  const redact = (text: string) => settings.secrets.redact(text);
  const stdoutFile = logFile(directory, 'stdout');
  const stderrFile = logFile(directory, 'stderr');
  const [stdout, stderr]: LogEnd[] = await Promise.all([
    readLogEnd(stdoutFile, redact),
    readLogEnd(stderrFile, redact),
  ]);
  const judged = judge(stderr?.tail ?? '');
  return {
    ...judged,
    summary: redact(judged.summary),
    stdoutTail: stdout?.tail ?? '',
    stderrTail: stderr?.tail ?? '',
    stdoutFile,
    stderrFile,
    outputs: judged.end === 'exited' ? stdout?.outputs : undefined,
  };
}

function verdict(
  ending: Extract<Ending, { kind: 'ended' | 'stuck' | 'lost' }>,
  spec: CommandSpec,
  stderrTail: string,
  tooMuch: 'stdout' | 'stderr',
  settings: Settings,
): Verdict {
  const startedAt = Math.floor(ending.claim.at);
  const since = (at: number) => Math.max(0, Math.round(at - ending.claim.at));
  if (ending.kind === 'lost') {
    const summary =
      'the process that watched over it is gone (host restarted, or killed), and with it the exit code: it is not known how it ended';
    return { end: 'unknown', exitCode: undefined, duration: 0, startedAt, summary };
  }
  if (ending.kind === 'stuck') {
    const summary = `does not stop even after SIGKILL: processes ${ending.pids.join(', ')} still run`;
    return { end: 'unknown', exitCode: undefined, duration: since(Date.now()), startedAt, summary };
  }
  const { stop, exit } = ending;
  const duration = since(exit?.at ?? stop?.at ?? ending.claim.at);
  if (!stop) {
    const code = exit?.code ?? 0;
    return {
      end: 'exited',
      exitCode: code,
      duration,
      startedAt,
      summary: exitSummary({ code, duration, run: spec.run, stderrTail }),
    };
  }
  const how = exit ? 'it was stopped' : 'it ignored SIGTERM and was killed';
  switch (stop.reason) {
    case 'timed-out':
      return {
        end: 'timed-out',
        exitCode: undefined,
        duration,
        startedAt,
        summary: `timed out after ${formatDuration(spec.timeout)}: ${how}`,
      };
    case 'cancelled':
      return {
        end: 'cancelled',
        exitCode: undefined,
        duration,
        startedAt,
        summary: `cancelled after ${formatDuration(since(stop.at))}: ${how}`,
      };
    case 'too-much-output': {
      // A program that ends well when told to stop has still not done its work.
      const exitCode = exit?.code || 128 + constants.signals.SIGTERM;
      const limit = `${Math.floor(settings.outputLimit / 1024 / 1024)} MiB`;
      return {
        end: 'exited',
        exitCode,
        duration,
        startedAt,
        summary: `printed more than ${limit} to ${tooMuch}: ${how}`,
      };
    }
  }
}
