import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Connection } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestServerSource } from '../../adapters/temporal-server/index.ts';
import { addSearchAttributes } from '../../adapters/temporal-server/search-attributes.ts';
import { logNothing } from '../log/worker-log.ts';

export interface TestServer {
  readonly env: TestWorkflowEnvironment;
  readonly connection: Connection;
  /** What lets its time leap. */
  readonly clock: NonNullable<Connection['testService']>;
  stop(): Promise<void>;
}

/** It lives for seconds: what makes Java quick in the long run only makes it slow here. What it prints is nothing for users. */
const wrapper = (program: string): string =>
  `#!/bin/sh\nJAVA_TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' exec '${program.replaceAll("'", "'\\''")}' "$@" >/dev/null 2>&1\n`;
/** The server must answer within five seconds of its start, which a busy machine does not always manage. */
const starts = 5;

/**
 * Starts a time-skipping server for one rehearsal.
 * @param directory a scratch directory
 */
export async function startTestServer(found: TestServerSource, directory: string): Promise<TestServer> {
  // Loaded only for this: whoever releases needs none of it.
  const { TestWorkflowEnvironment: Environment } = await import('@temporalio/testing');
  const program = path.join(directory, 'test-server');
  if (found.kind === 'executable') await writeFile(program, wrapper(found.path), { mode: 0o700 });
  const options =
    found.kind === 'download'
      ? {}
      : { server: { executable: { type: 'existing-path', path: program } as const } };
  logNothing();
  const env = await patiently(() => Environment.createTimeSkipping(options)).catch(async (error: unknown) => {
    // Nothing of Temporal's runs that would end it by itself, and the process would not end either.
    await Runtime.instance().shutdown();
    throw error;
  });
  try {
    const clock = env.connection.testService;
    if (!clock) throw new Error('what was started as a time-skipping server is none');
    const connection = await connectTo(env.address);
    return {
      env,
      connection,
      clock,
      stop: async () => {
        await connection.close();
        await env.teardown();
      },
    };
  } catch (error) {
    await env.teardown();
    throw error;
  }
}

/** To a time-skipping server that was just started: gives it the search attributes of Sluice's runs. */
export async function connectTo(address: string): Promise<Connection> {
  // It gives a history whole, not in pages: that of a run that was sent megabytes is longer than a client takes by default.
  const connection = await Connection.connect({
    address,
    channelArgs: { 'grpc.max_receive_message_length': 64 * 1024 * 1024 },
  });
  // It knows no list of search attributes, so that they can't be looked up first.
  await addSearchAttributes(connection, 'default');
  return connection;
}

async function patiently<T>(start: () => Promise<T>): Promise<T> {
  for (let left = starts; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}
