import path from 'node:path';
import { createFileCatalog } from '../adapters/file-catalog.ts';
import { createCommandRunner } from '../adapters/commands/index.ts';
import { createProcessDriver, stopAll } from '../adapters/drivers/index.ts';
import { createGitRepository } from '../adapters/git/repository.ts';
import { hideInLogs } from '../adapters/log/redaction.ts';
import { createSecretResolver } from '../adapters/secrets.ts';
import { findTemporal, startDevServer } from '../adapters/temporal-server/index.ts';
import type { Catalog } from '../activities/ports/index.ts';
import { searchAttributes } from '../domain/run/search-attributes.ts';
import type { AlertsOptions } from './alerts.ts';
import { connectWorker } from './connect.ts';
import { logTo } from './log/worker-log.ts';
import { serve } from './serve.ts';

export interface EmbeddedOptions {
  readonly configFiles: readonly string[];
  /** `.sluice`: the server's database and everything that Sluice keeps. */
  readonly directory: string;
  readonly port?: number;
  readonly uiPort?: number;
  readonly onProgress: (line: string) => void;
  /** Takes Alertmanager's webhook there. */
  readonly alerts?: Pick<AlertsOptions, 'listen' | 'token'>;
}

export interface Embedded {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
  readonly products: readonly string[];
  stop(): Promise<void>;
  readonly failed: Promise<never>;
}

/**
 * The embedded mode (PL-6): a Temporal development server and one worker with all roles in this process. What was running when it
 * stopped goes on at the next start; versions that were serving are brought back up first.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const directory = path.resolve(options.directory);
  const log = logTo(path.join(directory, 'worker.log'));
  const catalog = createFileCatalog(options.configFiles);
  const products = (await catalog.products()).map((entry) => entry.product);
  const temporal = await openServer(options, directory);
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  try {
    const connected = await connectWorker({ address: temporal.address }, namespace);
    const worker = await serve({
      connected,
      namespace,
      catalog: options.configFiles,
      directory,
      soleHost: true,
      ...(options.alerts ? { alerts: options.alerts } : {}),
      log,
      first: () => bringUp(catalog, directory, options.onProgress),
    });
    return {
      address: temporal.address,
      namespace,
      uiUrl: temporal.uiUrl,
      products,
      failed: worker.failed,
      stop: async () => {
        await worker.stop();
        await temporal.stop();
      },
    };
  } catch (error) {
    await temporal.stop();
    throw error;
  }
}

async function openServer({ port, uiPort, onProgress }: EmbeddedOptions, directory: string) {
  const found = await findTemporal({ env: process.env, onProgress });
  if (found.kind === 'server')
    return { address: found.address, uiUrl: undefined, stop: () => Promise.resolve() };
  return startDevServer({
    executable: found.path,
    directory,
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
    searchAttributes,
    port,
    uiPort,
  });
}

/** Versions that served when the host went down serve again. Where one can't, it is said; the runs can still be steered. */
async function bringUp(
  catalog: Catalog,
  directory: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const secrets = createSecretResolver({ env: process.env, baseDirectory: path.dirname(directory) });
  hideInLogs(secrets.redact);
  const driver = createProcessDriver({
    directory: path.join(directory, 'environments'),
    git: createGitRepository({ directory: path.join(directory, 'git') }),
    commands: createCommandRunner({ directory: path.join(directory, 'commands'), secrets, soleHost: true }),
    secrets,
  });
  for (const { product, problems } of await catalog.products()) {
    if (problems.length > 0) continue;
    const { config } = await catalog.load(product);
    for (const [name, environment] of Object.entries(config.environments)) {
      if (!environment.process) continue;
      const result = await driver.reconcile(product, name);
      if (!result.ok) onProgress(`${product} ${name}: ${result.summary}`);
    }
  }
}

/** Stops every router and version that runs from a data directory; what `sluice up` deployed goes on until then. */
export async function stopServices(directory: string, product?: string): Promise<readonly string[]> {
  return stopAll(path.join(path.resolve(directory), 'environments'), product);
}
