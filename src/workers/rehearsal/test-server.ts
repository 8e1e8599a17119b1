import { Connection } from '@temporalio/client';
import type { InternalConnectionOptions } from '@temporalio/client/lib/connection.js';
import { InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { TestServerSource } from '../../adapters/temporal-server/index.ts';
import { launchTestServer } from '../../adapters/temporal-server/index.ts';
import { addSearchAttributes } from '../../adapters/temporal-server/search-attributes.ts';

/** What lets the server's time leap. */
export type TestClock = NonNullable<Connection['testService']>;

/** Temporal's time-skipping server: one namespace, `default`, with the search attributes of Sluice's runs. */
export interface TestServer {
  readonly connection: Connection;
  /** For workers. */
  readonly nativeConnection: NativeConnection;
  readonly clock: TestClock;
  stop(): Promise<void>;
}

/** Starts a time-skipping server for one rehearsal, or for a file of tests. */
export async function startTestServer(found: TestServerSource): Promise<TestServer> {
  const launched = await (found.kind === 'executable' ? launchTestServer(found.path) : download());
  try {
    const { address } = launched;
    const connection = await connectTo(address);
    const { testService: clock } = connection;
    if (!clock) throw new Error('what was started as a time-skipping server is none');
    const nativeConnection = await NativeConnection.connect({ address });
    return {
      connection,
      nativeConnection,
      clock,
      stop: async () => {
        await nativeConnection.close();
        await connection.close();
        await launched.stop();
      },
    };
  } catch (error) {
    await launched.stop();
    throw error;
  }
}

/** Lets a server's time leap by so many milliseconds; resolves when it has. */
export async function leap(clock: TestClock, ms: number): Promise<void> {
  const whole = Math.max(1, Math.ceil(ms));
  await clock.unlockTimeSkippingWithSleep({
    duration: { seconds: Math.floor(whole / 1_000) as never, nanos: (whole % 1_000) * 1_000_000 },
  });
}

/** @returns a server's time in epoch milliseconds */
export async function timeOf(clock: TestClock): Promise<number> {
  const { time } = await clock.getCurrentTime({});
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}

/** Temporal's SDK downloads a server that starts in a moment, and starts it. */
async function download(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  // Loaded only for this: whoever releases needs none of it.
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  try {
    const env = await TestWorkflowEnvironment.createTimeSkipping();
    return { address: env.address, stop: () => env.teardown() };
  } catch (error) {
    // Nothing of Temporal's runs that would end it by itself, and the process would not end either.
    await Runtime.instance().shutdown();
    throw error;
  }
}

async function connectTo(address: string): Promise<Connection> {
  const options: InternalConnectionOptions = {
    address,
    // It gives a history whole, not in pages: that of a run that was sent megabytes is longer than a client takes by default.
    channelArgs: { 'grpc.max_receive_message_length': 64 * 1024 * 1024 },
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  };
  const connection = await Connection.connect(options);
  // It knows no list of search attributes, so that they can't be looked up first.
  await addSearchAttributes(connection, 'default');
  return connection;
}
