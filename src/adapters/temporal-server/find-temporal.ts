import { loadClientConnectConfig } from '@temporalio/envconfig';
import { downloadTemporal } from './download.ts';
import { NoTemporalServer, type Attempt } from './errors.ts';
import { onPath, whyNotTemporal } from './executable.ts';
import { cachedPath, goInstall, type InstallOptions } from './go-install.ts';
import { withLock } from '../files/lock.ts';
import { probeTemporal } from './probe.ts';

/** A server that runs already, or the program that starts one. */
export type TemporalSource =
  | { readonly kind: 'server'; readonly address: string; readonly how: string }
  | { readonly kind: 'executable'; readonly path: string; readonly how: string };

/** Later versions of the CLI can't be built by `go install`: their go.mod replaces a module. */
const cli = {
  package: 'github.com/temporalio/cli/cmd/temporal',
  version: 'v1.5.1',
  name: 'temporal',
} as const;

export interface FindOptions extends InstallOptions {
  /** Where to download from instead of Temporal's own site. */
  readonly downloadFrom?: string;
}

/**
 * Finds a Temporal server, or makes one, in this order: `TEMPORAL_ADDRESS`, `TEMPORAL_CLI_PATH`, `temporal` on the
 * PATH, what was installed before, Temporal's download, a build with Go. What was named expressly and does not work
 * is an error, not a reason to look further.
 * @throws NoTemporalServer, TemporalUnreachable
 */
export async function findTemporal(options: FindOptions): Promise<TemporalSource> {
  const { env } = options;
  if (env['TEMPORAL_ADDRESS']) return namedServer(env['TEMPORAL_ADDRESS'], env);
  if (env['TEMPORAL_CLI_PATH']) return namedExecutable(env['TEMPORAL_CLI_PATH']);

  const attempts: Attempt[] = [];
  const onThePath = await onPath(cli.name, env);
  if (onThePath === undefined) attempts.push({ way: 'temporal on the PATH', why: 'there is none' });
  else if (await works(onThePath, 'temporal on the PATH', attempts))
    return executable(onThePath, 'on the PATH');

  const cached = cachedPath(cli, env);
  if (await works(cached, 'installed before', attempts)) return executable(cached, 'installed before');
  return installInto(cached, attempts, options);
}

async function installInto(
  cached: string,
  attempts: Attempt[],
  options: FindOptions,
): Promise<TemporalSource> {
  const download = () =>
    withLock(
      `${cached}.download.lock`,
      async () => {
        if ((await whyNotTemporal(cached)) === undefined) return;
        await downloadTemporal(cli.version, cached, {
          ...options,
          ...(options.downloadFrom === undefined ? {} : { baseUrl: options.downloadFrom }),
        });
      },
      { onWait: () => options.onProgress('another process is downloading Temporal; waiting for it') },
    );
  const ways = [
    { way: 'the download', how: 'downloaded', install: download },
    { way: 'go install', how: 'built with Go', install: () => goInstall(cli, options) },
  ];
  for (const { way, how, install } of ways) {
    try {
      await install();
      if (await works(cached, way, attempts)) return executable(cached, how);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      attempts.push({ way, why });
      options.onProgress(`${way} is not possible (${why})`);
    }
  }
  throw new NoTemporalServer(attempts);
}

async function namedServer(address: string, env: NodeJS.ProcessEnv): Promise<TemporalSource> {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars });
  const { tls, apiKey, metadata } = connectionOptions;
  await probeTemporal({
    address,
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  return { kind: 'server', address, how: 'TEMPORAL_ADDRESS' };
}

async function namedExecutable(path: string): Promise<TemporalSource> {
  const why = await whyNotTemporal(path);
  if (why !== undefined)
    throw new NoTemporalServer([{ way: 'TEMPORAL_CLI_PATH', why: `${why}; correct or unset it` }]);
  return executable(path, 'TEMPORAL_CLI_PATH');
}

async function works(path: string, way: string, attempts: Attempt[]): Promise<boolean> {
  const why = await whyNotTemporal(path);
  if (why !== undefined) attempts.push({ way, why });
  return why === undefined;
}

const executable = (path: string, how: string): TemporalSource => ({ kind: 'executable', path, how });
