import type { Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import { vi } from 'vitest';
import { ensureSearchAttributes } from '../../../src/adapters/temporal-server/index.ts';
import { connectTo } from '../../../src/workers/rehearsal/test-server.ts';
import { testServer, timeSkippingEnvironment } from '../../support/temporal.ts';

/** Where flows run, and how it is left. */
export interface Place {
  readonly env: TestWorkflowEnvironment | undefined;
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  readonly namespace: string;
  leave(): Promise<void>;
}

/** A server of its own, whose time leaps while nothing runs. */
export async function leapingServer(): Promise<Place> {
  const env = await timeSkippingEnvironment();
  const connection = await connectTo(env.address);
  return {
    env,
    connection,
    nativeConnection: env.nativeConnection,
    namespace: 'default',
    leave: async () => {
      await connection.close();
      await env.teardown();
    },
  };
}

/** The real server, in a namespace of its own. */
export async function realServer(): Promise<Place> {
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
    env: undefined,
    connection: server.connection,
    nativeConnection: server.nativeConnection,
    namespace,
    leave: () => server.close(),
  };
}
