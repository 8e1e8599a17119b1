import { createFileCatalog } from '../adapters/file-catalog.ts';
import type { Log } from '../activities/ports/index.ts';
import type { AlertsOptions } from './alerts.ts';
import { receiveAlerts } from './alerts.ts';
import { compose } from './compose.ts';
import type { connectWorker } from './connect.ts';
import { keepHouse } from './housekeeping.ts';
import type { Role, RunningWorker } from './worker.ts';
import { startWorker } from './worker.ts';

export interface ServeOptions {
  readonly connected: Awaited<ReturnType<typeof connectWorker>>;
  readonly namespace: string;
  /** Files or directories with `sluice.yaml`s: the policy that this worker trusts. */
  readonly catalog: readonly string[];
  /** Where this host keeps what Sluice keeps; absolute. */
  readonly directory: string;
  /** No other host works on these products. */
  readonly soleHost: boolean;
  readonly role?: Role;
  /** Takes Alertmanager's webhook there. */
  readonly alerts?: Pick<AlertsOptions, 'listen' | 'token'>;
  readonly log: Log;
  /** Done before the worker takes anything on. */
  readonly first?: () => Promise<void>;
}

/** A worker with all that goes on beside it: the housekeeping, and the alerts. What it began is stopped in the other order. */
export async function serve(options: ServeOptions): Promise<RunningWorker> {
  const { connected, namespace, catalog, directory, soleHost, role, log } = options;
  const client = () => connected.client;
  const composed = compose({ catalog, directory, env: process.env, soleHost, client, log });
  await options.first?.();
  const worker = await startWorker({
    connection: connected.native,
    namespace,
    activities: composed.activities,
    ...(role ? { role } : {}),
  });
  const house = keepHouse(directory, connected.client, log);
  const alerts = options.alerts
    ? await receiveAlerts({ ...options.alerts, catalog: createFileCatalog(catalog), client, log })
    : undefined;
  return {
    failed: worker.failed,
    stop: async () => {
      house.stop();
      await alerts?.close();
      await worker.stop();
      await connected.close();
      composed.close();
    },
  };
}
