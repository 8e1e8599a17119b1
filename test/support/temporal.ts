import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import { findTestServer } from '../../src/adapters/temporal-server/index.ts';
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

/**
 * A server that skips time while nothing runs; call `teardown()` at the end. Time in it is global (one test
 * after the other); it has no visibility lists and no schedules.
 */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const found = await findTestServer({ env: process.env, onProgress: () => undefined });
  // It lives for a minute: what makes Java quick in the long run only makes it slow here.
  process.env['JAVA_TOOL_OPTIONS'] ??= '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
  const options =
    found.kind === 'download'
      ? {}
      : { server: { executable: { type: 'existing-path', path: found.path } as const } };
  // It must answer within five seconds of its start, which a busy machine does not always manage.
  for (let left = 40; ; left -= 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping(options);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
