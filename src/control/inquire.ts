import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import type { Answer, Inquiry } from '../domain/flows/inquiry.ts';
import { taskQueue } from '../domain/flows/workflow-ids.ts';
import { NoWorker, SluiceError } from './errors.ts';

/** Milliseconds. A preview fetches from a remote repository, which takes its time; the rest is read from the worker's own files. */
const limitOf = (kind: Inquiry['kind']): number => (kind === 'preview' ? 90_000 : 40_000);
/** By then a worker that is there has answered, or is at work. */
const patience = 4_000;
/** By then a worker that is there has begun, however busy its machine is. */
const longPatience = 15_000;
/** A worker asks for work at least once a minute. */
const fresh = 70_000;

/**
 * Asks the workers something that changes nothing.
 * @throws NoWorker where nobody is there to answer.
 */
export async function inquire<K extends Inquiry['kind']>(
  client: Client,
  inquiry: Extract<Inquiry, { kind: K }>,
): Promise<Answer<K>> {
  const handle = await client.workflow.start('inquiry', {
    taskQueue,
    workflowId: `inquiry/${randomUUID()}`,
    args: [inquiry],
    workflowExecutionTimeout: limitOf(inquiry.kind),
    staticSummary: `Question: ${inquiry.kind}`,
  });
  const done = new AbortController();
  try {
    return await Promise.race([
      handle.result() as Promise<Answer<K>>,
      refuseWithoutWorker(client, handle, inquiry.kind, done.signal),
    ]);
  } catch (error) {
    if (error instanceof NoWorker) await handle.terminate('nobody answered').catch(() => undefined);
    if (error instanceof WorkflowFailedError) {
      const cause = error.cause instanceof Error ? (error.cause.cause ?? error.cause) : error;
      throw new SluiceError(
        'run-failed',
        `The worker could not answer (${inquiry.kind}): ${cause instanceof Error ? cause.message : error.message}`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    done.abort();
  }
}

/** Whether a worker of Sluice has asked for work lately. */
export async function workerPolls(client: Client): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: 1,
  });
  return (pollers ?? []).some(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < fresh,
  );
}

async function refuseWithoutWorker(
  client: Client,
  question: WorkflowHandle,
  what: Inquiry['kind'],
  signal: AbortSignal,
): Promise<never> {
  const wait = (ms: number) => sleep(ms, undefined, { signal, ref: true });
  try {
    await wait(patience);
    if (!(await workerPolls(client))) throw new NoWorker(`The question (${what}) was not answered`);
    await wait(longPatience - patience);
    // The server remembers for a minute whoever asked for work and is gone.
    if (!(await hasBegun(question))) throw new NoWorker(`Nobody has taken up the question (${what})`);
    await wait(limitOf(what) - longPatience);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    return new Promise<never>(() => undefined);
  }
  throw new NoWorker(`The question (${what}) was not answered within ${limitOf(what) / 1_000} s`);
}

/** Whether a worker has taken the first task of a run: its history begins with the start and the task that waits for one. */
async function hasBegun(run: WorkflowHandle): Promise<boolean> {
  return (await run.describe()).historyLength > 2;
}
