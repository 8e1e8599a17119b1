import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BenchServer } from './server.ts';
import { until } from './measure.ts';
import type { WorkerSays } from './worker-process.ts';

export interface WorkerChild {
  /** Runs that have gone on after their approval. */
  readonly wentOn: ReadonlySet<string>;
  /** Bundled and connected; nothing is polled before `work`. */
  work(): Promise<void>;
  /** Megabytes: resident now, and at most so far. */
  memory(): Promise<{ readonly resident: number; readonly peak: number }>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** A worker in a process of its own, ready to start at once. */
export async function spawnWorker(
  server: BenchServer,
  settings: 'sluice' | 'defaults',
): Promise<WorkerChild> {
  const log = path.join(server.directory, `${settings}.log`);
  const child = fork(path.join(import.meta.dirname, 'worker-process.ts'), [server.address, settings, log]);
  const exited = once(child, 'exit');
  const wentOn = new Set<string>();
  const said = new Set<WorkerSays['kind']>();
  child.on('message', (message: WorkerSays) => {
    said.add(message.kind);
    if (message.kind === 'went-on') wentOn.add(message.run);
  });
  const heard = (kind: WorkerSays['kind']): Promise<void> =>
    until(`the worker says ${kind}`, 120_000, () => {
      if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}`);
      return said.has(kind);
    });
  await heard('ready');
  return {
    wentOn,
    work: async () => {
      child.send('work');
      await heard('working');
    },
    memory: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      const megabytes = (name: string): number =>
        Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
      return { resident: megabytes('VmRSS'), peak: megabytes('VmHWM') };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
