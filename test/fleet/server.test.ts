import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgresFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import * as activities from './activities.ts';
import { go, waits } from './workflows.ts';

// While its server is away the worker warns several times a second.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});

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
