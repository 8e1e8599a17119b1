import { execFile } from 'node:child_process';

/** Names of some hundred thousand files. */
const mostOutput = 64 * 1024 * 1024;

/** Runs git and gives its output. It asks nobody for a password, and never fails: `ok` tells. */
export function git(
  directory: string,
  ...args: string[]
): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      GIT_TERMINAL_PROMPT: '0',
      GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
    };
    execFile(
      'git',
      ['-C', directory, ...args],
      { encoding: 'utf8', timeout: 15_000, env, maxBuffer: mostOutput },
      (error, stdout, stderr) => {
        resolve({ ok: error === null, output: (error ? stderr || error.message : stdout).trim() });
      },
    );
  });
}
