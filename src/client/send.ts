import type { Client, Connection } from '@temporalio/client';
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Message, MessageKind } from '../domain/messages.ts';
import type { MessageReply } from '../domain/status.ts';
import { NoWorker } from './errors.ts';

/** gRPC: CANCELLED, DEADLINE_EXCEEDED. */
export const gaveUp: ReadonlySet<number> = new Set([1, 4]);

/** Milliseconds until we say that no worker answers. */
const patience = 15_000;

/** Sends an update and gives the run's answer. Whatever the run, or the server for it, says no to is `accepted: false`. */
export async function sendMessage(
  client: Client,
  connection: Connection,
  kind: MessageKind,
  run: string,
  message: Omit<Message, 'kind'>,
): Promise<MessageReply> {
  const handle = client.workflow.getHandle(run);
  const refused = (reason: string): MessageReply => ({ accepted: false, reason });
  try {
    return await connection.withDeadline(Date.now() + patience, () =>
      handle.executeUpdate<MessageReply, [Omit<Message, 'kind'>]>(kind, { args: [message] }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isDeadline(error)) {
      throw new NoWorker(`${kind} was not taken by ${run}`, { cause: error });
    }
    if (error instanceof WorkflowUpdateFailedError) return refused(error.cause?.message ?? error.message);
    if (error instanceof WorkflowNotFoundError) return refused(await endedReason(client, run));
    if (isEnded(error)) return refused(await endedReason(client, run));
    throw error;
  }
}

async function endedReason(client: Client, run: string): Promise<string> {
  const { status, closeTime } = await client.workflow.getHandle(run).describe();
  if (status.name === 'RUNNING') return 'the run is about to end';
  return `the run has ended${closeTime ? ` at ${closeTime.toISOString()}` : ''} (${status.name.toLowerCase()})`;
}

function isDeadline(error: unknown): boolean {
  return isGrpcServiceError(error) && gaveUp.has(Number(error.code));
}

/** The run ended between our question and its answer. */
function isEnded(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (
      /already completed|workflow execution (has )?(already )?(completed|closed|closing)|not found/i.test(
        at.message,
      )
    )
      return true;
  }
  return false;
}
