import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;

/**
 * Sluice needs Node 24. On an older one, this runs the command again with the `node` package that is installed beside
 * Sluice, and says true; where there is none, it says what to do.
 */
export async function reexecuted(version = process.versions.node): Promise<boolean> {
  if (Number(version.split('.')[0]) >= needed) return false;
  const newer = findNode(dirname(fileURLToPath(import.meta.url)));
  if (newer === undefined) {
    process.stderr.write(
      `sluice needs Node ${needed} or later; this is ${version} (${process.execPath}). Install it, or "npm install node@${needed}" beside Sluice.\n`,
    );
    process.exitCode = 2;
    return true;
  }
  const script = process.argv[1] ?? '';
  const child = spawn(newer, [...process.execArgv, script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal's Ctrl-C reaches the child by itself; what is sent to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(2));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
  return true;
}

/** `node_modules/node/bin/node` in a directory or one above it. */
function findNode(from: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const file = join(directory, 'node_modules', 'node', 'bin', 'node');
    if (existsSync(file)) return file;
    if (dirname(directory) === directory) return undefined;
  }
}
