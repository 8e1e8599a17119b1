/** Runs programs: to their end, or until somebody has seen enough of them. */
import { execFile, spawn } from 'node:child_process';
import { dirname, delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const most = 256 * 1024;

/** What git prints. Throws where git fails. */
export async function git(directory, ...args) {
  const { stdout } = await execute('git', ['-C', directory, '-c', 'core.quotePath=false', ...args], {
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}

/** A diff as lib/diff.mjs reads it, whatever the user's own configuration of git says. */
export function diff(directory, range) {
  const plain = ['--no-color', '--no-ext-diff', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/'];
  return git(directory, 'diff', ...plain, range);
}

/** Whether Node can read a file as JavaScript; nothing of it is run. */
export async function parses(file) {
  return execute(process.execPath, ['--check', file]).then(
    () => true,
    () => false,
  );
}

/** A shell line to its end. `code` is null where it was stopped at its time limit. */
export async function runLine(line, directory, { within, env = {} }) {
  const program = startLine(line, directory, env);
  const limit = setTimeout(() => void program.stop(), within);
  const code = await program.ended;
  clearTimeout(limit);
  return { code, output: program.output() };
}

/** A shell line that goes on. `stop` ends everything that it started. */
export function startLine(line, directory, env = {}) {
  const path = [dirname(process.execPath), join(directory, 'node_modules', '.bin'), process.env.PATH];
  // In a group of its own, so that what the line starts can be ended with it.
  const child = spawn('/bin/sh', ['-c', line], {
    cwd: directory,
    env: { ...process.env, PATH: path.join(delimiter), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more) => (text = (text + more).slice(-most)));
  }
  let over = false;
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code));
  }).finally(() => (over = true));
  return {
    ended,
    output: () => text,
    isOver: () => over,
    async stop() {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
      await ended;
    },
  };
}
