import { Client, Connection } from '@temporalio/client';
import { TimeSkippingWorkflowClient } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import { findTestServer } from '../../src/adapters/temporal-server/index.ts';
import type { TestServer as TimeSkippingServer } from '../../src/workers/rehearsal/test-server.ts';
import { leap, startTestServer, timeOf } from '../../src/workers/rehearsal/test-server.ts';
// Brings the type of what the global set-up provides.
import type {} from './global-setup.ts';

export interface TestServer {
  readonly address: string;
  readonly connection: Connection;
  readonly client: Client;
  /** For workers. */
  readonly nativeConnection: NativeConnection;
  /** Closes the connections; the server stays for the other test files. */
  close(): Promise<void>;
}

/** Connections to the Temporal server that all test files share (namespace `default`, with visibility and schedules). */
export async function testServer(): Promise<TestServer> {
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  return {
    address,
    connection,
    nativeConnection,
    client: new Client({ connection }),
    async close() {
      await nativeConnection.close();
      await connection.close();
    },
  };
}

/** A server whose time leaps; it is global (one test after the other), and there are no lists of runs and no schedules. */
export interface LeapingServer extends TimeSkippingServer {
  /** Time leaps while it waits for a result. */
  readonly leaping: TimeSkippingWorkflowClient;
  /** Lets so many milliseconds go by. */
  sleep(ms: number): Promise<void>;
  /** In epoch milliseconds. */
  now(): Promise<number>;
}

/** A server of its own that skips time while nothing runs; call `stop()` at the end. */
export async function leapingServer(): Promise<LeapingServer> {
  const found = await findTestServer({ env: process.env, onProgress: () => undefined });
  const server = await startTestServer(found);
  const { clock, connection } = server;
  return {
    ...server,
    leaping: new TimeSkippingWorkflowClient({ connection }),
    sleep: (ms) => leap(clock, ms),
    now: () => timeOf(clock),
  };
}
