import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stopAll } from '../../../src/adapters/drivers/index.ts';
import type { DevServer } from '../../../src/adapters/temporal-server/index.ts';
import { startDevServer } from '../../../src/adapters/temporal-server/index.ts';
import { endGroup, identify } from '../../../src/adapters/processes/identity.ts';
import { searchAttributes } from '../../../src/domain/run/search-attributes.ts';
import { temporalExecutable } from '../../support/temporal-programs.ts';
import type { WorkerProcess } from './worker.ts';
import { startWorkerProcess } from './worker.ts';

/** A directory, a Temporal server and workers of one test file's own: other files' workers must not take its tasks. */
export interface World {
  readonly root: string;
  /** The workers' data directory. */
  readonly data: string;
  within(...parts: string[]): string;
  server(options?: Partial<Parameters<typeof startDevServer>[0]>): Promise<DevServer>;
  client(address: string): Promise<Client>;
  worker(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<WorkerProcess>;
  /** Run at the end, the last one first. */
  onEnd(clean: () => Promise<unknown> | void): void;
  /** Ends everything that was started, each by its own process id. */
  end(): Promise<void>;
}

export function createWorld(name: string): World {
  const root = mkdtempSync(join(tmpdir(), `sluice-e2e-${name}-`));
  const data = join(root, 'data');
  mkdirSync(data);
  const endings: (() => Promise<unknown> | void)[] = [];
  const onEnd = (clean: () => Promise<unknown> | void): void => void endings.unshift(clean);
  onEnd(() => {
    // Kept where somebody wants to look at it.
    if (!process.env['SLUICE_KEEP'])
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  onEnd(() => stopAll(join(data, 'environments')));
  return {
    root,
    data,
    within: (...parts) => join(root, ...parts),
    onEnd,
    async server(options = {}) {
      const started = await startDevServer({
        executable: await temporalExecutable(),
        directory: join(root, 'server'),
        namespace: 'default',
        searchAttributes,
        headless: true,
        inMemory: true,
        ...options,
      });
      const identity = identify(started.pid);
      onEnd(() => (identity ? endGroup(identity, 5_000) : undefined));
      return started;
    },
    async client(address) {
      const connection = await Connection.connect({ address });
      onEnd(() => connection.close());
      return new Client({ connection });
    },
    worker: (args, env = {}) => startWorkerProcess(args, join(root, 'worker.log'), { env, onStart: onEnd }),
    async end() {
      const problems: unknown[] = [];
      for (const clean of endings.splice(0)) {
        try {
          await clean();
        } catch (error) {
          problems.push(error);
        }
      }
      if (problems.length > 0) throw new AggregateError(problems, 'not everything could be cleaned up');
    },
  };
}
