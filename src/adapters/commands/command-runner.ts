import { join } from 'node:path';
import { SecretProblem } from '../../activities/ports/index.ts';
import type {
  CommandResult,
  CommandRunner,
  CommandSpec,
  EffectContext,
} from '../../activities/ports/index.ts';
import { leavesRunning } from '../../domain/run/attempt-ends.ts';
import { keyDirectory, newestExecution, observeExecution } from './execution.ts';
import { hostName, isThisHost, thisHost } from './host.ts';
import { absentResult, endedResult } from './result.ts';
import type { CommandRunnerOptions, Settings } from './settings.ts';
import { settingsOf } from './settings.ts';
import { startExecution } from './start.ts';
import { waitForEnd } from './wait.ts';

/** After so many executions that nobody saw the end of, another one would not help. */
const maxExecutions = 3;
const absent = { kind: 'absent' } as const;

/**
 * Runs the user's commands so that they outlive the worker: a supervisor in a session of its own writes
 * output and exit code to files, and an attempt whose key already has an execution on this host attaches to it.
 */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const settings = settingsOf(options);
  return { run: (spec, context) => runCommand(spec, context, settings) };
}

async function runCommand(
  spec: CommandSpec,
  context: EffectContext,
  settings: Settings,
): Promise<CommandResult> {
  // Also where an execution is only attached to: its output is redacted by what was resolved.
  const secrets = await settings.secrets.resolveEnv(spec.env).catch(secretProblem);
  const base = keyDirectory(settings.directory, context);
  const newest = await newestExecution(base);
  let details: { readonly host: string; readonly directory: string } | undefined;
  let beat: NodeJS.Timeout | undefined;
  try {
    for (let number = Math.max(1, newest); ; number += 1) {
      const directory = join(base, String(number));
      const found = number > newest ? absent : await observeExecution(directory, context.key);
      if (found.kind === 'absent') {
        const refused = refusal(spec, context, settings, number, secrets);
        if (refused) return await absentResult(directory, refused.end, refused.summary, settings);
      } else {
        context.log.info('attached to an execution that was there already', { directory, state: found.kind });
      }
      details = { host: thisHost, directory };
      context.heartbeat(details);
      beat ??= setInterval(() => context.heartbeat(details), settings.heartbeatEvery);

      const start =
        found.kind === 'absent' && !(secrets instanceof SecretProblem)
          ? await startExecution(
              directory,
              spec,
              context,
              { resolved: secrets, parent: settings.parentEnv },
              settings.starter,
            )
          : undefined;
      if (start && 'problem' in start)
        return await absentResult(directory, 'not-started', start.problem, settings);

      const execution = { directory, key: context.key, timeout: spec.timeout };
      const ending = await waitForEnd(execution, start?.supervisor, context, settings);
      if (ending.kind === 'absent')
        return await absentResult(directory, 'not-started', notSupervised(directory), settings);
      // Nothing of the command ran: its supervisor died before.
      if (ending.kind === 'torn' && number < maxExecutions) continue;
      if (ending.kind === 'torn')
        return await absentResult(directory, 'not-started', notSupervised(directory), settings);
      if (ending.kind === 'lost' && spec.idempotent && number < maxExecutions) {
        context.log.warn('the outcome is lost; the command is idempotent and runs again', { directory });
        continue;
      }
      return await endedResult(directory, ending, spec, settings);
    }
  } finally {
    clearInterval(beat);
  }
}

/** Why a command without an execution here is not started now; undefined where it is. */
function refusal(
  spec: CommandSpec,
  context: EffectContext,
  settings: Settings,
  number: number,
  secrets: Record<string, string> | SecretProblem,
): { readonly end: 'not-started' | 'cancelled' | 'unknown'; readonly summary: string } | undefined {
  if (context.signal.aborted) {
    if (leavesRunning(context.signal.reason)) throw context.signal.reason;
    return { end: 'cancelled', summary: 'cancelled before it was started' };
  }
  const elsewhere = number === 1 && !spec.idempotent ? startedElsewhere(context, settings) : undefined;
  if (elsewhere)
    return { end: 'unknown', summary: `${elsewhere}: it is not known whether it ran, or how it ended` };
  return secrets instanceof SecretProblem ? { end: 'not-started', summary: secrets.message } : undefined;
}

/** Whether an earlier attempt may have started the command where it can't be seen from here, in words. */
function startedElsewhere({ attempt, previous }: EffectContext, { soleHost }: Settings): string | undefined {
  if (attempt <= 1) return undefined;
  const host = (previous as { host?: unknown } | null | undefined)?.host;
  if (typeof host === 'string') {
    return isThisHost(host)
      ? undefined
      : `an earlier attempt started it on ${hostName(host)} (another host, or this one before it restarted)`;
  }
  return soleHost ? undefined : 'an earlier attempt died and left no word of where it had come to';
}

const notSupervised = (directory: string) =>
  `could not be started: its supervisor ended at once (is there a POSIX /bin/sh, and is there room in ${directory}?)`;

function secretProblem(error: unknown): SecretProblem {
  if (error instanceof SecretProblem) return error;
  throw error;
}
