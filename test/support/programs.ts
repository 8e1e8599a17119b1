import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { vi } from 'vitest';

/** Starts a server, waits until `ready` answers 200, and returns what stops it by its own process id. */
export async function startProgram({
  program,
  args,
  directory,
  ready,
}: {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it runs and its log is. */
  readonly directory: string;
  readonly ready: string;
}): Promise<() => Promise<void>> {
  const logFile = join(directory, 'log');
  const log = await open(logFile, 'w');
  const child = spawn(program, args, { cwd: directory, stdio: ['ignore', log.fd, log.fd] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await once(child, 'spawn');
  await log.close();
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`${program} ended: ${await readFile(logFile, 'utf8')}`);
        const { statusCode, body } = await request(ready);
        await body.dump();
        if (statusCode !== 200) throw new Error(`${program} is not ready: HTTP ${statusCode}`);
      },
      { timeout: 60_000, interval: 50 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
