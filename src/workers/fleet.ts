import path from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { AlertsOptions } from './alerts.ts';
import { receiveAlerts } from './alerts.ts';
import { createFileCatalog } from '../adapters/file-catalog.ts';
import { compose } from './compose.ts';
import { connectWorker, patiently } from './connect.ts';
import { keepHouse } from './housekeeping.ts';
import { logToStderr } from './log/worker-log.ts';
import type { Role, RunningWorker } from './worker.ts';
import { startWorker } from './worker.ts';

export interface FleetOptions {
  /** Directory with `sluice.yaml`s, or one such file: the policy that this worker trusts. */
  readonly catalog: string;
  readonly role?: Role;
  /** `0.0.0.0:9464`: serves Temporal's metrics of this worker there, as a Prometheus text page. */
  readonly metrics?: string;
  /** Where this host keeps clones, logs, backups and the ledger. */
  readonly directory: string;
  readonly onProgress: (line: string) => void;
  /** Takes Alertmanager's webhook there. */
  readonly alerts?: Pick<AlertsOptions, 'listen' | 'token'>;
}

/** One worker of a fleet. It waits for its server, and reaches it as Temporal's own tools do (environment variables, profiles). */
export async function startFleetWorker(options: FleetOptions): Promise<RunningWorker> {
  const log = await logToStderr(options.metrics);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const directory = path.resolve(options.directory);
  const connected = await patiently(
    () => connectWorker(connectionOptions, namespace),
    (reason) => {
      options.onProgress(`waiting for Temporal: ${reason}`);
    },
  );
  const composed = compose({
    catalog: [options.catalog],
    directory,
    env: process.env,
    soleHost: false,
    client: () => connected.client,
    log,
  });
  const worker = await startWorker({
    connection: connected.native,
    namespace,
    activities: composed.activities,
    ...(options.role ? { role: options.role } : {}),
  });
  const house = keepHouse(directory, connected.client, log);
  const alerts = options.alerts
    ? await receiveAlerts({
        ...options.alerts,
        catalog: createFileCatalog([options.catalog]),
        client: () => connected.client,
        log,
      })
    : undefined;
  options.onProgress(`working on ${connectionOptions.address ?? 'the server'}, namespace ${namespace}`);
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
