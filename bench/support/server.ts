import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { findTemporal, startDevServer } from '../../src/adapters/temporal-server/index.ts';
import { searchAttributes } from '../../src/domain/run/search-attributes.ts';
import { logTo } from '../../src/workers/log/worker-log.ts';
import { tuning } from '../../src/workers/worker.ts';
import { bareActivities } from '../bare/activities.ts';

export const namespace = 'default';
export const bareQueue = 'bare';

export interface BenchServer {
  readonly address: string;
  readonly client: Client;
  readonly connection: NativeConnection;
  /** A directory of its own, gone at the end. */
  readonly directory: string;
  stop(): Promise<void>;
}

let logDirectory: string | undefined;
/** As `sluice up` logs: to a file, which Temporal's runtime keeps for as long as the process lives. */
function logs(): void {
  if (logDirectory !== undefined) return;
  const made = (logDirectory = mkdtempSync(path.join(tmpdir(), 'sluice-bench-log-')));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  logTo(path.join(made, 'worker.log'));
}

/** A new server, started as `sluice up` starts it: on a database file, with its user interface. */
export async function startBenchServer(): Promise<BenchServer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-bench-'));
  logs();
  const found = await findTemporal({
    env: { ...process.env, TEMPORAL_ADDRESS: undefined },
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  if (found.kind !== 'executable') throw new Error('a benchmark starts a server of its own');
  const server = await startDevServer({
    executable: found.path,
    directory: path.join(directory, 'server'),
    namespace,
    searchAttributes,
  });
  // The server has a process group of its own, which a killed benchmark must not leave behind.
  const abandon = (): void => {
    process.kill(server.pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  return {
    address: server.address,
    client: new Client({ connection, namespace }),
    connection: native,
    directory,
    stop: async () => {
      await native.close();
      await connection.close();
      await server.stop();
      process.removeListener('exit', abandon);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A worker for the bare workflows, with the settings of Sluice's own: what is compared is the flow. */
export async function startBareWorker(server: BenchServer): Promise<{ stop(): Promise<void> }> {
  const worker = await Worker.create({
    ...tuning,
    connection: server.connection,
    namespace,
    taskQueue: bareQueue,
    activities: bareActivities,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: path.join(import.meta.dirname, '../bare/workflows.ts'),
      logger: quiet,
    }),
  });
  const ended = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await ended;
    },
  };
}

const ignore = (): void => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
