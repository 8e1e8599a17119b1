import type { Client } from '@temporalio/client';
import type { AlertReceiver } from '../adapters/alerts/alert-receiver.ts';
import { startAlertReceiver } from '../adapters/alerts/alert-receiver.ts';
import type { FiringAlert } from '../adapters/alerts/webhook-payload.ts';
import type { Catalog, Log } from '../activities/ports/index.ts';
import { defaultEnvironment } from '../domain/environments/purpose.ts';
import { alertSignalName } from '../workflows/messages.ts';

export interface AlertsOptions {
  /** `host:port`, or a port of the loopback address. */
  readonly listen: string;
  /** What the sender must bring as a bearer token; none is asked for where it is left out. */
  readonly token?: string;
  readonly catalog: Catalog;
  readonly client: () => Client;
  readonly log: Log;
}

/**
 * Takes Alertmanager's webhook and tells the runs that an alert is about (SI-10). An alert names its product by the label `product`, and
 * counts where it has all the labels that the product's configuration wants: `severity="critical"` unless it says otherwise.
 */
export function receiveAlerts({
  listen,
  token,
  catalog,
  client,
  log,
}: AlertsOptions): Promise<AlertReceiver> {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d+)$/.exec(listen) ?? [];
  if (port === '') throw new Error(`--alerts is "${listen}"; write it like 127.0.0.1:9095`);
  return startAlertReceiver({
    host,
    port: Number(port),
    ...(token ? { token } : {}),
    onAlert: async (alert) => {
      const { product } = alert.labels;
      if (!product || !(await counts(catalog, product, alert))) {
        log.info('an alert that concerns no product', { alert: alert.text });
        return;
      }
      const environment = alert.labels['environment'] ?? defaultEnvironment;
      for await (const run of client().workflow.list({
        query: `SluiceProduct = '${product}' AND SluiceEnvironment = '${environment}' AND ExecutionStatus = 'Running'`,
      }))
        await client()
          .workflow.getHandle(run.workflowId, run.runId)
          .signal(alertSignalName, { text: alert.text, environment, key: alert.fingerprint });
    },
  });
}

async function counts(catalog: Catalog, product: string, { labels }: FiringAlert): Promise<boolean> {
  // What could end the quotes of a query is no product.
  if (!/^[a-z][a-z0-9-]*$/.test(product)) return false;
  if (labels['environment'] !== undefined && !/^[a-z][a-z0-9-]*$/.test(labels['environment'])) return false;
  const entry = await catalog.load(product).catch(() => undefined);
  if (!entry) return false;
  const environment = labels['environment'] ?? defaultEnvironment;
  const wanted = entry.config.metrics?.alertmanager?.labels ?? { severity: 'critical' };
  return Object.entries(wanted).every(
    ([name, value]) =>
      labels[name] === value.replaceAll('{{product}}', product).replaceAll('{{environment}}', environment),
  );
}
