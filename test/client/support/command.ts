import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const main = resolve('src/client/cli/main.ts');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the machine that tests has chosen is not what is tested. */
const chosen: readonly string[] = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_API_KEY',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_PROFILE',
  'NO_COLOR',
  'FORCE_COLOR',
];

export interface Where {
  readonly cwd: string;
  /** Besides what the tests' own process has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The real command in a process of its own, without a terminal. */
export function beginSluice(args: readonly string[], { cwd, env = {} }: Where) {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !chosen.includes(name)),
  );
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const done = new Promise<Ran>((settle) => {
    child.once('close', (code) => settle({ code: code ?? 99, ...said }));
  });
  return { child, said, done };
}

/** The same, up to its end. */
export const runSluice = (args: readonly string[], where: Where): Promise<Ran> =>
  beginSluice(args, where).done;
