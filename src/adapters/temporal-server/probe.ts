import { connect } from 'node:net';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { TemporalUnreachable } from './errors.ts';

const grpcStatus = { permissionDenied: 7, unauthenticated: 16 } as const;

/**
 * Resolves when a Temporal server answers with these options.
 * @throws TemporalUnreachable that tells a dead address from a foreign program and from a refusal.
 */
export async function probeTemporal(
  options: ConnectionOptions & { readonly address: string },
  timeoutMs = 5_000,
): Promise<void> {
  const { host, port } = splitAddress(options.address);
  const dead = await dial(host, port, timeoutMs);
  if (dead !== undefined) throw new TemporalUnreachable(options.address, 'dead', dead);
  let connection: Connection | undefined;
  try {
    const opened = await Connection.connect({ ...options, connectTimeout: timeoutMs });
    connection = opened;
    // Connecting forgives a server that does not know this call; a Temporal server that is alive answers it.
    await opened.withDeadline(Date.now() + timeoutMs, () => opened.workflowService.getSystemInfo({}));
  } catch (error) {
    const code = grpcCode(error);
    const refused = code === grpcStatus.permissionDenied || code === grpcStatus.unauthenticated;
    throw new TemporalUnreachable(options.address, refused ? 'refused' : 'foreign', reason(error));
  } finally {
    await connection?.close();
  }
}

/** Whether anything listens: undefined if so, else why not. */
export function dial(host: string, port: number, timeoutMs = 3_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(timeoutMs, () => end(`no answer within ${timeoutMs / 1_000} s`));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** `host`, `host:port`, `[::1]:port`; Temporal's port where none is given. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(address.trim());
  const port = Number(match?.[3] ?? 7233);
  const host = match?.[1] ?? match?.[2];
  if (!host || port < 1 || port > 65_535)
    throw new TemporalUnreachable(address, 'dead', 'this is not an address: write it like 127.0.0.1:7233');
  return { host, port };
}

function grpcCode(error: unknown): number | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'number') return at.code;
  }
  return undefined;
}

function reason(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}
