import type { Client, Connection } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type { RunStatus } from '../domain/run/status.ts';
import { statusQueryName } from '../workflows/messages.ts';
import { NoWorker } from './errors.ts';

/** Milliseconds until we say that no worker answers. */
const patience = 10_000;

/**
 * The state of a run, by its whole id.
 * @param otherwise what was not done, where nobody answers.
 * @throws NoWorker
 */
export async function readStatus(
  client: Client,
  connection: Connection,
  run: string,
  otherwise: string,
  timeout = patience,
): Promise<RunStatus> {
  try {
    return await connection.withDeadline(Date.now() + Math.min(timeout, patience), () =>
      client.workflow.getHandle(run).query<RunStatus>(statusQueryName),
    );
  } catch (error) {
    if (isTimeout(error)) throw new NoWorker(otherwise, { cause: error });
    throw error;
  }
}

/** gRPC: CANCELLED, DEADLINE_EXCEEDED. */
const gaveUp: ReadonlySet<number> = new Set([1, 4]);

/** Nobody picked it up in time: gRPC's deadline, or the server knows that no worker is there. */
function isTimeout(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at) && gaveUp.has(Number(at.code))) return true;
    if (/no poller seen|deadline exceeded|worker.*(down|unavailable)/i.test(at.message)) return true;
  }
  return false;
}
