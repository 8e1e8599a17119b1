import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * Runs each `check:…` of package.json, as many at once as there are processors. What one prints is shown when it ends; one that fails
 * doesn't hide what the others have found.
 */
const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const waiting = Object.keys(scripts).filter((name) => name.startsWith('check:'));
const failed: string[] = [];

async function run(name: string): Promise<void> {
  const began = Date.now();
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: root,
    // Compilers that collect less often need a quarter less of the processors.
    env: { GOGC: '400', ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void printed.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) failed.push(name);
  const took = ((Date.now() - began) / 1_000).toFixed(1);
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${took} s)\n`);
  if (code !== 0) process.stdout.write(`${Buffer.concat(printed).toString()}\n`);
}

async function work(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
if (failed.length > 0) {
  process.stdout.write(`FAILED: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}
