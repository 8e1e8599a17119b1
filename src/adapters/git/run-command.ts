import { execa } from 'execa';
import type { AskedCommand, Ended } from './beside-messages.ts';

/** How git is run, wherever that is. */
export const settingsOf = ({ cwd, input, timeout }: Pick<AskedCommand, 'cwd' | 'input' | 'timeout'>) =>
  ({
    cwd,
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    timeout,
    forceKillAfterDelay: 5_000,
    maxBuffer: 512 * 1024 * 1024,
    stripFinalNewline: false,
    reject: false,
  }) as const;

/** Runs git in a child of this process. */
export async function runCommand(command: AskedCommand, more: { cleanup?: boolean } = {}): Promise<Ended> {
  const { args, encoding } = command;
  const result = await execa('git', args, { ...settingsOf(command), ...more, env: command.env, encoding });
  const { exitCode, signal, timedOut, isMaxBuffer } = result;
  return {
    stdout: result.stdout,
    stderr: result.stderr,
    ...{ exitCode, signal, timedOut, isMaxBuffer },
    code: result.code,
    shortMessage: result.shortMessage,
  };
}
