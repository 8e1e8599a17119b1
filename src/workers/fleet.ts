import path from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { AlertsOptions } from './alerts.ts';
import { connectWorker, patiently } from './connect.ts';
import { logToStderr } from './log/worker-log.ts';
import type { Role, RunningWorker } from './worker.ts';
import { serve } from './serve.ts';

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
  const connected = await patiently(
    () => connectWorker(connectionOptions, namespace),
    (reason) => {
      options.onProgress(`waiting for Temporal: ${reason}`);
    },
  );
  const worker = await serve({
    connected,
    namespace,
    catalog: [options.catalog],
    directory: path.resolve(options.directory),
    soleHost: false,
    ...(options.role ? { role: options.role } : {}),
    ...(options.alerts ? { alerts: options.alerts } : {}),
    log,
  });
  options.onProgress(`working on ${connectionOptions.address ?? 'the server'}, namespace ${namespace}`);
  return worker;
}
