import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandSpec, EffectContext } from '../../activities/ports/index.ts';
import { commandEnvironment } from './environment.ts';
import { prepareExecution } from './execution.ts';
import { thisHost } from './host.ts';
import { startSupervisor } from './supervisor.ts';

export type Start = { readonly child: ChildProcess } | { readonly problem: string };

/** Starts a supervisor for the execution. Harmless where another one has it already: that one's claim stands. */
export async function startExecution(
  directory: string,
  spec: CommandSpec,
  context: EffectContext,
  environment: { readonly resolved: Readonly<Record<string, string>>; readonly parent: NodeJS.ProcessEnv },
): Promise<Start> {
  const [problem] = await Promise.all([directoryProblem(spec.directory), prepareExecution(directory)]);
  if (problem) return { problem };
  try {
    const child = startSupervisor({
      execution: directory,
      run: spec.run,
      host: thisHost,
      stdin: spec.stdin === undefined ? '/dev/null' : await writeStdin(directory, spec.stdin),
      directory: spec.directory,
      env: commandEnvironment(spec, context, environment.resolved, environment.parent),
    });
    if (child.pid !== undefined) return { child };
    const [error] = (await once(child, 'error').catch((reason: unknown) => [reason])) as [Error];
    return { problem: `could not be started: ${error.message}` };
  } catch (error) {
    // What the system refuses outright: a line or a variable that is too long or holds a NUL.
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
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, path);
  return path;
}

/** The code only: the message of an invalid argument would show its value, and that may be a secret. */
function refusal(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'E2BIG') return 'its shell line or a variable is too long for this system';
  if (code === 'ERR_INVALID_ARG_VALUE') return 'its shell line or a variable holds a NUL character';
  return code ?? 'refused by the system';
}
