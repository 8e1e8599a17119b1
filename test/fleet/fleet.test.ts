import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createWorld } from '../e2e/support/world.ts';
import { healthyService } from '../e2e/support/healthy-service.ts';
import { createTinyProduct, type TinyProduct } from '../e2e/support/product.ts';
import { startPostgresFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import * as activities from './activities.ts';
import { go, waits } from './workflows.ts';

// While its server is away the worker warns several times a second.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});

const main = join(import.meta.dirname, '../../src/client/cli/main.ts');
const artifacts = join(import.meta.dirname, '../../test-artifacts');
const run = 'release/tiny/v0.1.0';

interface FleetWorker {
  readonly pid: number;
  readonly child: ChildProcess;
}

let fleet: PostgresFleet;
beforeAll(async () => {
  fleet = await startPostgresFleet();
});
afterAll(() => fleet?.stop());

describe("Temporal's server on PostgreSQL", () => {
  it('[PL-5] sets its schema up any number of times', async () => {
    await fleet.setUpSchema();
  });

  it('[PL-5] shows its metrics to Prometheus', async () => {
    const metrics = await (await fetch(fleet.metricsUrl)).text();
    expect(metrics).toMatch(/^service_requests/m);
  });

  it('[PL-5] [PL-1] is killed and starts again; worker and client wait, and the run goes on', async () => {
    const { address, namespace } = fleet;
    const nativeConnection = await NativeConnection.connect({ address });
    const connection = await Connection.connect({ address });
    const client = new Client({ connection, namespace });
    const worker = await Worker.create({
      connection: nativeConnection,
      namespace,
      taskQueue: 'fleet-test',
      workflowsPath: new URL('./workflows.ts', import.meta.url).pathname,
      activities,
    });
    await worker.runUntil(async () => {
      const options = { taskQueue: 'fleet-test', workflowId: 'survivor', args: ['shop'] as [string] };
      const handle = await client.workflow.start(waits, options);
      const marked = () => client.workflow.count(`SluiceProduct = 'shop' AND ExecutionStatus = 'Running'`);
      await expect.poll(async () => (await marked()).count, { timeout: 30_000 }).toBe(1);
      const completed = async () =>
        (await handle.fetchHistory()).events?.some((event) => event.activityTaskCompletedEventAttributes);
      await expect.poll(completed, { timeout: 30_000 }).toBe(true);

      await fleet.stopServer('SIGKILL');
      await expect(handle.describe()).rejects.toThrow();
      await fleet.startServer();

      await expect.poll(() => handle.signal(go).then(() => 'sent', String), { timeout: 60_000 }).toBe('sent');
      expect(await handle.result()).toEqual(['before the restart', 'after the restart']);
    });
    await connection.close();
    await nativeConnection.close();
  });
});

/** What the compose file brings up, as processes: PostgreSQL, Temporal's server, and a worker of each role. */
describe('[PL-5] a release on the fleet', () => {
  const world = createWorld('fleet');
  let tiny: TinyProduct;
  let client: Client;
  const workers: Partial<Record<'flows' | 'activities', FleetWorker>> = {};

  beforeAll(async () => {
    const url = await healthyService(world);
    const health = { interval: '50ms', within: '20s' };
    tiny = createTinyProduct({
      directory: world.root,
      name: 'tiny',
      configure: (product) => ({
        environments: {
          staging: {
            url,
            health,
            script: { deploy: product.command('staging'), rollback: product.command('staging.back') },
          },
          production: {
            url,
            health,
            script: { deploy: product.command('production'), rollback: product.command('production.back') },
            approval: { from: ['managers'] },
            monitor: { for: '500ms', every: '100ms' },
          },
        },
      }),
    });
    const connection = await Connection.connect({ address: fleet.address });
    world.onEnd(() => connection.close());
    client = new Client({ connection, namespace: fleet.namespace });
    await startWorker('flows');
    await startWorker('activities');
  });
  afterAll(() => world.end());

  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    NO_COLOR: '1',
    SLUICE_USER: 'carol',
    TEMPORAL_ADDRESS: fleet.address,
    TEMPORAL_NAMESPACE: fleet.namespace,
  });

  async function startWorker(role: 'flows' | 'activities'): Promise<void> {
    const child = spawn(
      process.execPath,
      [main, 'worker', '--catalog', tiny.config, '--directory', world.data, '--role', role],
      {
        env: environment(),
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    world.onEnd(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.pipe(createWriteStream(join(artifacts, `fleet-${role}.log`), { flags: 'a' }));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await vi.waitFor(
      () => {
        if (child.exitCode !== null) throw new Error(`the worker ended: ${said}`);
        expect(said).toContain('working on');
      },
      { timeout: 60_000, interval: 100 },
    );
    workers[role] = { pid: child.pid ?? 0, child };
  }

  async function stopWorker(role: 'flows' | 'activities', signal: NodeJS.Signals): Promise<number | null> {
    const { child } = workers[role] ?? expect.unreachable(role);
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await ended)[0];
  }

  async function sluice(...args: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args, '--json'], {
      env: environment(),
      cwd: world.within('tiny'),
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it('goes from the command line to production, through the deaths of each worker and of the server', async () => {
    tiny.hold('staging');
    expect(await sluice('start', 'release', '--product', 'tiny', '--yes')).toMatchObject({ run });

    await tiny.begun('staging');
    await stopWorker('activities', 'SIGKILL');
    tiny.letGo('staging');
    await startWorker('activities');
    await vi.waitFor(
      async () => expect(await sluice('show', run)).toMatchObject({ waitingFor: 'approval' }),
      {
        timeout: 60_000,
        interval: 500,
      },
    );

    await stopWorker('flows', 'SIGKILL');
    await fleet.stopServer('SIGKILL');
    await fleet.startServer();
    await startWorker('flows');
    await vi.waitFor(() => sluice('approve', run, '--by', 'alice'), { timeout: 60_000, interval: 500 });

    expect(await sluice('wait', run)).toMatchObject({ outcome: 'succeeded' });
    // Held and killed, and still each once.
    expect(tiny.happened().filter((line) => /^begin (staging|production)/.test(line))).toEqual([
      'begin staging',
      'begin production',
    ]);
    expect(tiny.happened().filter((line) => line === 'begin post-receive.v0.1.0')).toHaveLength(1);
    expect(tiny.git('tag')).toBe('v0.1.0');
  });

  it('was worked on by each worker in its role', async () => {
    const { events } = await client.workflow.getHandle(run).fetchHistory();
    const by = (identities: (string | null | undefined)[]): number[] => [
      ...new Set(identities.filter(Boolean).map((identity) => Number.parseInt(String(identity), 10))),
    ];
    const effects = by(events?.map((event) => event.activityTaskStartedEventAttributes?.identity) ?? []);
    const flows = by(events?.map((event) => event.workflowTaskStartedEventAttributes?.identity) ?? []);
    expect(effects).toContain(workers.activities?.pid);
    expect(flows).toContain(workers.flows?.pid);
    expect(effects.filter((pid) => flows.includes(pid))).toEqual([]);
  });

  it('workers that are told to stop end by themselves', async () => {
    expect(await stopWorker('activities', 'SIGTERM')).toBe(0);
    expect(await stopWorker('flows', 'SIGTERM')).toBe(0);
  });
});
