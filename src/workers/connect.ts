import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { ensureSearchAttributes } from '../adapters/temporal-server/index.ts';

export interface Connected {
  readonly native: NativeConnection;
  readonly client: Client;
  close(): Promise<void>;
}

/** Both connections that a worker needs, and the namespace's search attributes. */
export async function connectWorker(
  options: ConnectionOptions & NativeConnectionOptions,
  namespace: string,
): Promise<Connected> {
  const connection = await Connection.connect({ ...options, connectTimeout: '10s' });
  const native = await NativeConnection.connect(options);
  await ensureSearchAttributes(connection, namespace);
  return {
    native,
    client: new Client({ connection, namespace }),
    close: async () => {
      await native.close();
      await connection.close();
    },
  };
}

/** Waits for a server that is not there yet: workers and servers of a fleet start in any order. */
export async function patiently<T>(
  work: () => Promise<T>,
  onWait: (reason: string) => void,
  signal?: AbortSignal,
): Promise<T> {
  for (let pause = 500; ; pause = Math.min(pause * 2, 10_000)) {
    try {
      return await work();
    } catch (error) {
      onWait(error instanceof Error ? error.message : String(error));
      await sleep(pause, undefined, signal ? { signal } : {});
    }
  }
}
