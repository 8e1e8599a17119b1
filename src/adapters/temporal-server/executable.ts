import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { programEnvironment } from '../programs/environment.ts';

/** Where a program is on the PATH of this environment. */
export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const directory of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Whether this file is a temporal CLI that runs here: undefined if so, else why not. */
export async function whyNotTemporal(path: string): Promise<string | undefined> {
  if (!(await isExecutable(path))) return `${path} is not an executable file`;
  const result = await execa(path, ['--version'], {
    reject: false,
    timeout: 20_000,
    stdin: 'ignore',
    env: programEnvironment(process.env),
    extendEnv: false,
  });
  if (result.failed)
    return `${path} --version failed: ${result.shortMessage?.split('\n')[0] ?? 'no reason given'}`;
  return result.stdout.startsWith('temporal version')
    ? undefined
    : `${path} is another program: its --version says "${result.stdout.slice(0, 80)}"`;
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
