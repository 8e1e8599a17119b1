import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { childOutput } from '../log/child-output.ts';
import { isLogSetting } from '../log/settings.ts';
import { routerStateSchema } from './control.ts';
import type { RouterState } from './control.ts';
import { withLock } from '../files/lock.ts';
import { routerPaths } from './paths.ts';
import { isRunning } from '../processes/identity.ts';
import { EXIT_PORT_IN_USE, EXIT_PORT_REFUSED, readRecord } from './record.ts';
import type { RouterRecord } from './record.ts';
import { sameTable } from './table.ts';
import type { RouterTable } from './table.ts';
import { programEnvironment } from '../programs/environment.ts';

/** The router can't be used; `message` says what to do about it. */
export class RouterProblem extends Error {
  override readonly name = 'RouterProblem';
}

/** Talks to the router of one product and environment, and starts it where it doesn't run. */
export interface RouterClient {
  /**
   * A router that listens on `port` runs when this returns, however many workers ask at once. One that listens on another
   * port (the configuration changed) is replaced.
   */
  ensureRunning(options: { port: number; host?: string; signal?: AbortSignal }): Promise<RouterRecord>;
  /** What runs now; undefined where nothing does. */
  running(): Promise<RouterRecord | undefined>;
  /** Changes where traffic goes in one step, and reads it back. */
  setTable(table: RouterTable): Promise<void>;
  state(): Promise<RouterState>;
  table(): Promise<RouterTable>;
  /** Waits until the slot has nothing in flight, at most `within` milliseconds. */
  drain(slot: string, within: number): Promise<{ readonly drained: boolean; readonly inFlight: number }>;
  /** Stops it; open requests get ten seconds. Already stopped is done. */
  stop(): Promise<void>;
}

const startWithin = 20_000;
/** It gives open requests ten seconds. */
const stopWithin = 12_000;

export function createRouterClient(stateDirectory: string): RouterClient {
  const paths = routerPaths(stateDirectory);

  const running = async () => {
    const record = await readRecord(paths.record);
    return isRunning(record) ? record : undefined;
  };

  async function call(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    value?: unknown,
    timeout = 10_000,
  ): Promise<unknown> {
    const dispatcher = new Agent({ connect: { socketPath: paths.control } });
    try {
      const { statusCode, body } = await request(`http://router${path}`, {
        method,
        dispatcher,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        ...(value === undefined ? {} : { body: JSON.stringify(value) }),
      });
      const answer = await body.text();
      if (statusCode !== 200)
        throw new RouterProblem(`the router refused ${method} ${path}: ${answer.slice(0, 1_000)}`);
      return JSON.parse(answer) as unknown;
    } catch (error) {
      if (error instanceof RouterProblem) throw error;
      throw new RouterProblem(
        `the router does not answer on ${paths.control} (${reasonOf(error)}): see ${paths.log}`,
        { cause: error },
      );
    } finally {
      await dispatcher.destroy();
    }
  }

  const state = async () => routerStateSchema.parse(await call('GET', '/state'));

  async function ensure(port: number, host: string, signal: AbortSignal | undefined): Promise<RouterRecord> {
    const record = await running();
    if (record?.port === port && record.host === host && (await answers(record, signal))) return record;
    if (isRunning(record)) await stop();
    return launch(port, host, signal);
  }

  /** False where it is ending, or has ended just now. Throws where it goes on and says nothing. */
  async function answers(record: RouterRecord, signal: AbortSignal | undefined): Promise<boolean> {
    for (const deadline = Date.now() + stopWithin; ;) {
      try {
        await state();
        return true;
      } catch (error) {
        if (!isRunning(record)) return false;
        if (Date.now() > deadline) throw error;
      }
      await sleep(50, undefined, signal ? { signal } : {});
    }
  }

  async function launch(port: number, host: string, signal: AbortSignal | undefined): Promise<RouterRecord> {
    await mkdir(paths.directory, { recursive: true, mode: 0o700 });
    const output = await childOutput(paths.log);
    const main = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
    let exited: number | undefined;
    try {
      const child = spawn(
        process.execPath,
        [main, '--directory', paths.directory, '--port', String(port), '--host', host],
        {
          cwd: paths.directory,
          detached: true,
          stdio: ['ignore', output.stdio, output.stdio],
          // It lives longer than its creator and needs none of its secrets.
          env: programEnvironment(process.env, (name) => isLogSetting(name) || name === 'NODE_COMPILE_CACHE'),
        },
      );
      child.once('error', () => (exited = -1));
      child.once('exit', (code) => (exited = code ?? -1));
      child.unref();
    } finally {
      await output.close();
    }
    const deadline = Date.now() + startWithin;
    for (;;) {
      const record = await running();
      if (record?.port === port) return record;
      // A creator that was killed half-way may have left one that is about to be ready: it holds the port then.
      if (exited === EXIT_PORT_IN_USE && Date.now() > deadline - startWithin + 3_000) {
        throw new RouterProblem(
          `port ${port} on ${host} is used by another program: stop that program, or configure another port for this environment`,
        );
      }
      if (exited === EXIT_PORT_REFUSED)
        throw new RouterProblem(
          `this user may not listen on ${host}:${port}: configure another port (1024 or above) for this environment`,
        );
      if (exited !== undefined && exited !== EXIT_PORT_IN_USE)
        throw new RouterProblem(`the router ended with ${exited} before it was ready: see ${paths.log}`);
      if (Date.now() > deadline)
        throw new RouterProblem(`the router was not ready within ${startWithin / 1_000}s: see ${paths.log}`);
      await sleep(20, undefined, signal ? { signal } : {});
    }
  }

  async function stop(): Promise<void> {
    const record = await running();
    if (!record) return;
    await call('POST', '/stop').catch(() => process.kill(record.pid, 'SIGTERM'));
    const deadline = Date.now() + stopWithin;
    while (isRunning(record)) {
      if (Date.now() > deadline) process.kill(record.pid, 'SIGKILL');
      await sleep(20);
    }
    await rm(paths.control, { force: true });
  }

  return {
    running,
    state,
    stop: () => withLock(paths.lock, stop),
    table: async () => (await state()).table,
    ensureRunning: ({ port, host = '127.0.0.1', signal }) =>
      withLock(paths.lock, () => ensure(port, host, signal), { signal }),
    async setTable(table) {
      await call('PUT', '/table', table);
      const now = (await state()).table;
      if (!sameTable(table, now))
        throw new RouterProblem(`the router took the weights but has others: ${JSON.stringify(now)}`);
    },
    async drain(slot, within) {
      return (await call('POST', '/drain', { slot, within }, within + 10_000)) as {
        drained: boolean;
        inFlight: number;
      };
    },
  };
}

const reasonOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
