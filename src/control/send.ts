import type { Client } from '@temporalio/client';
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { digestOf } from '../domain/text/digest.ts';
import { parseMessage, type Message, type MessageKind } from '../domain/run/messages.ts';
import type { MessageReply, RunStatus } from '../domain/run/status.ts';
import { InvalidInput, Unanswered } from './errors.ts';
import type { Link } from './link.ts';
import { readStatus } from './status.ts';

/** Milliseconds until we say that no answer came. */
const patience = 15_000;

/** What is sent with a message; its kind is a word of its own. */
export type MessageBody = Omit<Message, 'kind'>;

/** Before anything is sent: a run would refuse it. @throws InvalidInput */
export function checkMessage(kind: MessageKind, message: MessageBody): void {
  const checked = parseMessage(kind, [message]);
  if (!checked.ok) throw new InvalidInput([checked.reason]);
}

/**
 * Sends an update and gives the run's answer. Whatever the run, or the server for it, says no to is `accepted: false`.
 * The run is looked at first: where no worker is there to answer, nothing is sent that could act later.
 * @throws NoWorker: nothing was sent. Unanswered: it was, and nobody knows.
 */
export async function sendMessage(
  { client, connection }: Link,
  kind: MessageKind,
  run: string,
  message: MessageBody,
  timeout = patience,
): Promise<MessageReply> {
  const ended = await endedReason(client, run);
  if (ended !== undefined) return refused(ended);
  const status = await readStatus(client, connection, run, `${kind} was not sent to ${run}`, timeout);
  const handle = client.workflow.getHandle(run);
  const update: { args: [MessageBody]; updateId: string } = {
    args: [message],
    updateId: updateIdOf(kind, message, status),
  };
  try {
    return await connection.withDeadline(Date.now() + timeout, () =>
      handle.executeUpdate<MessageReply, [MessageBody]>(kind, update),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isBroken(error))
      throw new Unanswered(kind, run, { cause: error });
    if (error instanceof WorkflowUpdateFailedError) return refused(error.cause?.message ?? error.message);
    if (error instanceof WorkflowNotFoundError || isEnded(error))
      return refused((await endedReason(client, run)) ?? 'the run is about to end');
    throw error;
  }
}

/**
 * The same message is the same update, which Temporal takes once, until the run has taken or refused anything: this one
 * was among it then, and the same words again are a new decision (pause after a resume, approve after a void).
 */
export function updateIdOf(
  kind: MessageKind,
  message: MessageBody,
  { decisions, refusedCount }: Pick<RunStatus, 'decisions' | 'refusedCount'>,
): string {
  // Only the last decisions are shown: their number alone stops growing.
  const handled = { decisions: decisions.length, last: decisions.at(-1), refused: refusedCount };
  return `${kind}-${digestOf({ kind, message, handled }).slice(0, 32)}`;
}

const refused = (reason: string): MessageReply => ({ accepted: false, reason });

async function endedReason(client: Client, run: string): Promise<string | undefined> {
  const { status, closeTime } = await client.workflow.getHandle(run).describe();
  if (status.name === 'RUNNING') return undefined;
  return `the run has ended${closeTime ? ` at ${closeTime.toISOString()}` : ''} (${status.name.toLowerCase()})`;
}

/** gRPC: CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE. */
const broken: ReadonlySet<number> = new Set([1, 4, 14]);

function isBroken(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at) && broken.has(Number(at.code))) return true;
  }
  return false;
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
