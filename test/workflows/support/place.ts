import { Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import { vi } from 'vitest';
import { ensureSearchAttributes } from '../../../src/adapters/temporal-server/index.ts';
import { searchAttributes } from '../../../src/domain/run/search-attributes.ts';
import { testServer, timeSkippingEnvironment } from '../../support/temporal.ts';

/** Where flows run, and how it is left. */
export interface Place {
  readonly env: TestWorkflowEnvironment | undefined;
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  readonly namespace: string;
  leave(): Promise<void>;
}

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const keyword = 2;

/** A server of its own, whose time leaps while nothing runs. */
export async function leapingServer(): Promise<Place> {
  const env = await timeSkippingEnvironment();
  // It gives a history whole, not in pages: that of a run that was sent megabytes is longer than a client takes by default.
  const connection = await Connection.connect({
    address: env.address,
    channelArgs: { 'grpc.max_receive_message_length': 64 * 1024 * 1024 },
  });
  // It knows no list of search attributes, so that they can't be looked up first.
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(searchAttributes.map((name) => [name, keyword])),
  });
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
