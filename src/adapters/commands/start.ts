import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandSpec, EffectContext } from '../../activities/ports/index.ts';
import { replaceFile } from '../files/replace-file.ts';
import { commandEnvironment } from './environment.ts';
import { prepareExecution } from './execution.ts';
import { thisHost } from './host.ts';
import type { Starter, Supervisor } from './starter.ts';

export type Start = { readonly supervisor: Supervisor } | { readonly problem: string };

/** Starts a supervisor for the execution. Harmless where another one has it already: that one's claim stands. */
export async function startExecution(
  directory: string,
  spec: CommandSpec,
  context: EffectContext,
  environment: { readonly resolved: Readonly<Record<string, string>>; readonly parent: NodeJS.ProcessEnv },
  starter: Starter,
): Promise<Start> {
  const [problem] = await Promise.all([directoryProblem(spec.directory), prepareExecution(directory)]);
  if (problem) return { problem };
  try {
    const supervisor = await starter.start({
      execution: directory,
      run: spec.run,
      host: thisHost,
      stdin: spec.stdin === undefined ? '/dev/null' : await writeStdin(directory, spec.stdin),
      directory: spec.directory,
      env: commandEnvironment(spec, context, environment.resolved, environment.parent),
    });
    return { supervisor };
  } catch (error) {
    return { problem: `could not be started: ${refusal(error)}` };
  }
}

async function directoryProblem(directory: string): Promise<string | undefined> {
  try {
    return (await stat(directory)).isDirectory() ? undefined : `not a directory: ${directory}`;
  } catch {
    return `no such directory: ${directory}`;
  }
}

/** Whole or not there: a second attempt that comes here at the same time must not cut what the command reads. */
async function writeStdin(directory: string, content: string): Promise<string> {
  const path = join(directory, 'stdin');
  await replaceFile(path, content);
  return path;
}

/** The code only: the message of an invalid argument would show its value, and that may be a secret. */
function refusal(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'E2BIG') return 'its shell line or a variable is too long for this system';
  if (code === 'ERR_INVALID_ARG_VALUE') return 'its shell line or a variable holds a NUL character';
  return code ?? 'refused by the system';
}
