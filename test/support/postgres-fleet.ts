import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { execa } from 'execa';
import { vi } from 'vitest';
import { ensureSearchAttributes, probeTemporal } from '../../src/adapters/temporal-server/index.ts';
import { freeLowPorts } from './free-ports.ts';
import { startPostgres, type Postgres } from './postgres.ts';
import { installServer, temporalExecutable } from './temporal-programs.ts';

const root = join(import.meta.dirname, '../..');
const deploy = join(root, 'deploy/temporal');

/** The fleet's servers as processes: PostgreSQL, and Temporal's server with the configuration of `deploy/`. */
export interface PostgresFleet {
  readonly address: string;
  readonly namespace: string;
  readonly metricsUrl: string;
  readonly postgres: Postgres;
  readonly logFile: string;
  /** Runs the schema's set-up again, as every start of the compose file does. */
  setUpSchema(): Promise<void>;
  stopServer(signal?: NodeJS.Signals): Promise<void>;
  startServer(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgresFleet(namespace = 'sluice'): Promise<PostgresFleet> {
  const installed = await installServer();
  const cli = await temporalExecutable();
  const postgres = await startPostgres();
  const env = await environment(postgres, namespace);
  const address = env.TEMPORAL_ADDRESS;
  await mkdir(join(root, 'test-artifacts'), { recursive: true });
  const logFile = join(root, 'test-artifacts/fleet-server.log');
  let server: ChildProcess | undefined;

  const fleet: PostgresFleet = {
    ...{ address, namespace, postgres, logFile },
    metricsUrl: `http://${env.TEMPORAL_METRICS_ADDRESS}/metrics`,
    async setUpSchema() {
      await execa(join(deploy, 'setup-schema.sh'), { env: { ...env, TEMPORAL_SQL_TOOL: installed.sqlTool } });
    },
    async startServer() {
      const log = await open(logFile, 'a');
      const command = ['--config-file', join(deploy, 'server.yaml'), '--allow-no-auth', 'start'];
      const child = spawn(installed.server, command, {
        env: { ...process.env, ...env },
        stdio: ['ignore', log.fd, log.fd],
      });
      server = child;
      await log.close();
      await vi.waitFor(
        async () => {
          if (child.exitCode !== null)
            throw new Error(`the server ended: ${await readFile(logFile, 'utf8')}`);
          await probeTemporal({ address });
        },
        { timeout: 60_000, interval: 200 },
      );
    },
    async stopServer(signal = 'SIGTERM') {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
    },
    async stop() {
      await fleet.stopServer();
      await postgres.stop();
    },
  };
  try {
    await fleet.setUpSchema();
    await fleet.startServer();
    await execa(join(deploy, 'setup-namespace.sh'), { env: { ...env, TEMPORAL_CLI_PATH: cli } });
    await declare(fleet);
    return fleet;
  } catch (error) {
    await fleet.stop();
    throw error;
  }
}

/** A server that has just started learns of a new namespace some seconds later. */
async function declare({ address, namespace }: { address: string; namespace: string }): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await vi.waitFor(() => ensureSearchAttributes(connection, namespace), { timeout: 60_000, interval: 500 });
  } finally {
    await connection.close();
  }
}

/** What the compose file sets, on ports that are free here. */
async function environment(postgres: Postgres, namespace: string) {
  const names = [
    'FRONTEND_GRPC',
    'FRONTEND_MEMBERSHIP',
    'FRONTEND_HTTP',
    'HISTORY_GRPC',
    'HISTORY_MEMBERSHIP',
  ];
  names.push('MATCHING_GRPC', 'MATCHING_MEMBERSHIP', 'WORKER_GRPC', 'WORKER_MEMBERSHIP', 'METRICS');
  const ports = await freeLowPorts(names.length);
  const byName = new Map(names.map((name, index) => [name, ports[index]]));
  return {
    ...Object.fromEntries([...byName].map(([name, port]) => [`${name}_PORT`, String(port)])),
    SQL_HOST: postgres.host,
    SQL_PORT: String(postgres.port),
    SQL_ADDRESS: `${postgres.host}:${postgres.port}`,
    SQL_USER: postgres.user,
    SQL_PASSWORD: postgres.password,
    TEMPORAL_BIND_ON_IP: '127.0.0.1',
    TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${byName.get('METRICS')}`,
    TEMPORAL_DYNAMIC_CONFIG: join(deploy, 'dynamic-config.yaml'),
    TEMPORAL_LOG_LEVEL: 'warn',
    TEMPORAL_ADDRESS: `127.0.0.1:${byName.get('FRONTEND_GRPC')}`,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_RETENTION: '1d',
  };
}
