import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DevServerFailed, PortInUse } from './errors.ts';
import { launch } from './launch.ts';
import { withLock } from '../files/lock.ts';
import { dial, probeTemporal } from './probe.ts';
import { endGroup, identify, isRunning } from '../processes/identity.ts';
import { freePort } from '../processes/ports.ts';
import {
  lastPorts,
  readRecord,
  rememberPorts,
  removeRecord,
  writeRecord,
  type ServerRecord,
} from './server-record.ts';

export interface DevServerOptions {
  /** The temporal CLI: what `findTemporal` found. */
  readonly executable: string;
  /** Where the database, the log and the record of the server are kept (`.sluice/`). */
  readonly directory: string;
  /** Of the gRPC frontend; where none is given, the last start's if it is free, else any. */
  readonly port?: number | undefined;
  /** Of the web UI; chosen likewise. */
  readonly uiPort?: number | undefined;
  readonly namespace: string;
  /** Keyword search attributes to declare. */
  readonly searchAttributes: readonly string[];
  /** Default: `temporal.log` in the directory. */
  readonly logFile?: string | undefined;
  /** Without the web UI. */
  readonly headless?: boolean | undefined;
  /** Without a database file: everything is gone when the server stops. For tests. */
  readonly inMemory?: boolean | undefined;
  /** How long the server may take until it answers, in milliseconds. */
  readonly patienceMs?: number | undefined;
}

export interface DevServer {
  /** `127.0.0.1:7233` */
  readonly address: string;
  /** Undefined when headless. */
  readonly uiUrl: string | undefined;
  readonly pid: number;
  /** An earlier start's server was found running and is used. */
  readonly reused: boolean;
  /** False: another living process started it, and `stop` leaves it to that one. */
  readonly owned: boolean;
  readonly logFile: string;
  stop(): Promise<void>;
}

/**
 * Starts Temporal's development server in a process group of its own, so that the terminal's Ctrl-C does not reach
 * it before the worker has stopped. Where this directory's server still runs, that one is used; where it runs but
 * does not answer, it is replaced.
 * @throws PortInUse, DevServerFailed
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  await mkdir(options.directory, { recursive: true });
  // Two starts at once would otherwise both miss the record, and fight over the database file.
  return withLock(join(options.directory, 'temporal.lock'), async () => {
    const running = await readRecord(options.directory);
    if (running && (await usable(running, options))) return takeOver(running, options);
    if (running) await endGroup(running.server, 5_000);
    await removeRecord(options.directory);
    return startNew(options);
  });
}

async function startNew(options: DevServerOptions): Promise<DevServer> {
  for (let lost = 0; ; lost += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between choosing a free port and listening on it, somebody else can take it; the server has some of its own choice, too.
      if (!(error instanceof DevServerFailed && /address already in use/i.test(error.message)) || lost >= 3)
        throw error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<DevServer> {
  const last = await lastPorts(options.directory);
  const port = options.port ?? (await stillFree(last.port)) ?? (await freePort());
  const uiPort = options.headless
    ? undefined
    : (options.uiPort ?? (await stillFree(last.uiPort)) ?? (await freePort()));
  await refuseUsedPort(port, 'server');
  if (uiPort !== undefined) await refuseUsedPort(uiPort, 'UI');
  const logFile = options.logFile ?? join(options.directory, 'temporal.log');
  const server = await launch({
    ...options,
    port,
    uiPort,
    logFile,
    patienceMs: options.patienceMs ?? 30_000,
    databaseFile: options.inMemory ? undefined : join(options.directory, 'temporal.db'),
  });
  const record: ServerRecord = {
    server,
    owner: self(),
    address: `127.0.0.1:${port}`,
    uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`,
    namespace: options.namespace,
  };
  await writeRecord(options.directory, record);
  await rememberPorts(options.directory, { port, uiPort: uiPort ?? last.uiPort });
  return handle(record, { reused: false, owned: true, logFile, directory: options.directory });
}

async function takeOver(running: ServerRecord, options: DevServerOptions): Promise<DevServer> {
  const owned = !isRunning(running.owner);
  const record = owned ? { ...running, owner: self() } : running;
  if (owned) await writeRecord(options.directory, record);
  const logFile = options.logFile ?? join(options.directory, 'temporal.log');
  return handle(record, { reused: true, owned, logFile, directory: options.directory });
}

function handle(
  record: ServerRecord,
  about: { reused: boolean; owned: boolean; logFile: string; directory: string },
): DevServer {
  return {
    address: record.address,
    uiUrl: record.uiUrl,
    pid: record.server.pid,
    reused: about.reused,
    owned: about.owned,
    logFile: about.logFile,
    async stop() {
      if (!about.owned) return;
      await endGroup(record.server, 10_000);
      const now = await readRecord(about.directory);
      if (now === undefined) await removeRecord(about.directory);
    },
  };
}

/** An orphan that was started for other wishes is replaced; the server of a living process is used as it is. */
async function usable(record: ServerRecord, options: DevServerOptions): Promise<boolean> {
  if (!isRunning(record.owner) && !fits(record, options)) return false;
  return probeTemporal({ address: record.address }).then(
    () => true,
    () => false,
  );
}

function fits(record: ServerRecord, options: DevServerOptions): boolean {
  if (options.port !== undefined && !record.address.endsWith(`:${options.port}`)) return false;
  if (options.uiPort !== undefined && !record.uiUrl?.endsWith(`:${options.uiPort}`)) return false;
  return options.namespace === record.namespace && (options.headless === true || record.uiUrl !== undefined);
}

async function stillFree(port: number | undefined): Promise<number | undefined> {
  return port !== undefined && (await dial('127.0.0.1', port)) !== undefined ? port : undefined;
}

async function refuseUsedPort(port: number, what: 'server' | 'UI'): Promise<void> {
  if ((await dial('127.0.0.1', port)) !== undefined) return;
  const occupant = await probeTemporal({ address: `127.0.0.1:${port}` }, 2_000).then(
    () => 'temporal' as const,
    () => 'other' as const,
  );
  throw new PortInUse(port, what, occupant);
}

function self() {
  const identity = identify(process.pid);
  if (!identity)
    throw new Error('This process can not be found in the process table: is /proc mounted, or ps installed?');
  return identity;
}
