import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const entry = join(import.meta.dirname, 'worker-process.ts');

/** A worker in another process, which tests kill and start again. */
export interface WorkerProcess {
  readonly pid: number;
  /** Of the Temporal server that it works for. */
  readonly address: string;
  /** Null while it runs. */
  exit(): { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null;
  /** SIGKILL: nothing of it gets to say goodbye. */
  kill(): Promise<void>;
  /** SIGTERM, as Ctrl-C and service managers do it; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** `worker ADDRESS DIRECTORY CONFIG…` or `embedded DIRECTORY CONFIG…`; resolves when it polls. Its log is appended to `logFile`. */
export async function startWorkerProcess(
  args: readonly string[],
  logFile: string,
  { env = {}, onStart }: { env?: NodeJS.ProcessEnv; onStart?: (kill: () => void) => void } = {},
): Promise<WorkerProcess> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  // A server of the developer's own is never used.
  const own = { ...process.env, TEMPORAL_ADDRESS: undefined };
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  // Told before it is ready: a test that gives up waiting must not leave it behind.
  onStart?.(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let ended: Awaited<typeof exited> | undefined;
  void exited.then((end) => (ended = end));
  const ready = await Promise.race([firstLine(child.stdout), exited.then(() => undefined)]);
  if (ready === undefined || child.pid === undefined)
    throw new Error(`the worker ended before it was ready:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!ended) child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return {
    pid: child.pid,
    address: (JSON.parse(ready) as { address: string }).address,
    exit: () => (ended ? { code: ended[0], signal: ended[1] } : null),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

async function firstLine(stream: Readable | null): Promise<string> {
  if (!stream) throw new Error('stdout is not a pipe');
  const [line] = (await once(createInterface({ input: stream }), 'line')) as [string];
  return line;
}
