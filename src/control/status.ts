import type { Client, Connection } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type { RunStatus } from '../domain/run/status.ts';
import { statusQueryName } from '../workflows/messages.ts';
import { NoWorker, RunStuck } from './errors.ts';

/** Milliseconds until we say that no worker answers. */
const patience = 10_000;

/**
 * The state of a run, by its whole id.
 * @param otherwise what was not done, where nobody answers.
 * @throws NoWorker; RunStuck where its workers can't carry it on, with their reason
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
    // Its workers may be there and fail at it again and again: the server then lets the question wait.
    const stuck =
      isFailedTask(error) || isTimeout(error) ? await whyItIsStuck(client, connection, run) : undefined;
    if (stuck !== undefined) throw new RunStuck(run, stuck, { cause: error });
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

/** The server does not ask a run whose last workflow task failed. */
function isFailedTask(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (/workflow task in failed state/i.test(at.message)) return true;
  return false;
}

/** Events that are looked at from the end: a task that fails again and again stands in the history once. */
const lastEvents = 20;

/** What the worker said when it could not carry the run on; undefined where it carried it on since. */
async function whyItIsStuck(
  client: Client,
  connection: Connection,
  run: string,
): Promise<string | undefined> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId: run },
    maximumPageSize: lastEvents,
  });
  const last = history?.events?.find(
    (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskCompletedEventAttributes,
  );
  return last?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
}
