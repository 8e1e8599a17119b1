import type { Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { vi } from 'vitest';
import { ensureSearchAttributes } from '../../../src/adapters/temporal-server/index.ts';
import type { LeapingServer } from '../../support/temporal.ts';
import { leapingServer, testServer } from '../../support/temporal.ts';

/** Where flows run, and how it is left. */
export interface Place {
  readonly leaps: LeapingServer | undefined;
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  readonly namespace: string;
  leave(): Promise<void>;
}

/** A server of its own, whose time leaps while nothing runs. */
export async function leapingPlace(): Promise<Place> {
  const server = await leapingServer();
  const { connection, nativeConnection } = server;
  return {
    leaps: server,
    connection,
    nativeConnection,
    namespace: 'default',
    leave: () => server.stop(),
  };
}

/** The real server, in a namespace of its own. */
export async function realPlace(): Promise<Place> {
  const server = await testServer();
  const namespace = `flows-${process.pid}-${Date.now()}`;
  await server.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // A namespace is there some moments after it was registered.
  await vi.waitFor(() => ensureSearchAttributes(server.connection, namespace), {
    timeout: 30_000,
    interval: 200,
  });
  return {
    leaps: undefined,
    connection: server.connection,
    nativeConnection: server.nativeConnection,
    namespace,
    leave: () => server.close(),
  };
}
