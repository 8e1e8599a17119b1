import { existsSync, readFileSync } from 'node:fs';
import { connect as dialSocket } from 'node:net';
import { dirname, join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { NoConnection } from './errors.ts';

export interface ConnectOptions {
  /** `host:port`; else `TEMPORAL_ADDRESS`, the profile, the server of a `sluice up` in this directory, 127.0.0.1:7233. */
  readonly address?: string;
  readonly namespace?: string;
  /** Of Temporal's configuration file (`TEMPORAL_PROFILE`). */
  readonly profile?: string;
  /** Where `.sluice/` of a `sluice up` is looked for: this directory and those above. Default: the current one. */
  readonly directory?: string;
  /** Milliseconds; 5,000. */
  readonly timeout?: number;
}

export interface Target {
  readonly connection: ConnectionOptions & { readonly address: string };
  readonly namespace: string;
  /** Somebody said where it is, and `sluice up` will not change that. */
  readonly named: boolean;
  /** Of the Temporal UI, where it is known. */
  readonly uiUrl?: string;
}

const defaultAddress = '127.0.0.1:7233';

/** Where to connect to, as Temporal's own tools find it: options, environment, profile; then `sluice up`'s own server. */
export function findTarget(options: ConnectOptions = {}): Target {
  const config = loadConfig(options);
  const configured = options.address ?? config.connectionOptions.address;
  const embedded = configured ? undefined : readEmbedded(options.directory ?? process.cwd());
  const address = withPort(configured ?? embedded?.address ?? defaultAddress);
  const uiUrl = process.env['SLUICE_UI_URL'] ?? embedded?.uiUrl;
  return {
    connection: { ...(config.connectionOptions as ConnectionOptions), address },
    named: configured !== undefined,
    namespace: options.namespace ?? config.namespace ?? embedded?.namespace ?? 'default',
    ...(uiUrl ? { uiUrl: uiUrl.replace(/\/$/, '') } : {}),
  };
}

/** Refuses a dead address at once; connecting itself would try until its time is over. */
export async function refuseDeadAddress({ connection: { address } }: Target, timeout = 5_000): Promise<void> {
  const [host, port] = split(address);
  const why = await new Promise<string | undefined>((resolve) => {
    const socket = dialSocket({ host, port });
    const end = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeout, () => end(`no answer within ${timeout / 1_000} s`));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
  if (why === undefined) return;
  throw new NoConnection(
    address,
    `No Temporal server answers at ${address} (${why}). Start one with sluice up, or set TEMPORAL_ADDRESS to a server that runs.`,
  );
}

/** What to say when somebody answers, but not as a Temporal server should. */
export function connectionRefused(address: string, error: unknown): NoConnection {
  let at: unknown = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  const detail = at instanceof Error ? at.message : String(at);
  const refused = /UNAUTHENTICATED|PERMISSION_DENIED|certificate|unauthorized/i.test(detail);
  return new NoConnection(
    address,
    refused
      ? `The Temporal server at ${address} refused the connection (${detail}). Check TEMPORAL_API_KEY, the TLS settings and TEMPORAL_NAMESPACE.`
      : `Something answers at ${address}, but not as a Temporal server (${detail}). TEMPORAL_ADDRESS must be its gRPC address (usually port 7233, not the UI's), with TLS where the server wants it.`,
    { cause: error },
  );
}

function loadConfig(options: ConnectOptions): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig(options.profile ? { profile: options.profile } : {});
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoConnection(
      '',
      `Temporal's client configuration can't be used: ${why}. Check TEMPORAL_PROFILE and the configuration file.`,
      { cause: error },
    );
  }
}

/** What a `sluice up` wrote down about its server. Whether it still runs shows when connecting. */
function readEmbedded(from: string): { address: string; uiUrl?: string; namespace?: string } | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const file = join(directory, '.sluice', 'temporal.json');
    if (existsSync(file)) {
      try {
        const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
        if (typeof record['address'] !== 'string') return undefined;
        return {
          address: record['address'],
          ...(typeof record['uiUrl'] === 'string' ? { uiUrl: record['uiUrl'] } : {}),
          ...(typeof record['namespace'] === 'string' ? { namespace: record['namespace'] } : {}),
        };
      } catch {
        return undefined;
      }
    }
    if (dirname(directory) === directory) return undefined;
  }
}

function withPort(address: string): string {
  return /:\d+$/.test(address) ? address : `${address}:7233`;
}

function split(address: string): [string, number] {
  const at = address.lastIndexOf(':');
  const port = Number(address.slice(at + 1));
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  if (host === '' || port < 1 || port > 65_535) {
    throw new NoConnection(
      address,
      `"${address}" is not an address: write TEMPORAL_ADDRESS like 127.0.0.1:7233.`,
    );
  }
  return [host, port];
}
