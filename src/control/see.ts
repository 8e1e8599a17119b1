import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { RunStatus } from '../domain/run/status.ts';
import { digestOf } from '../domain/text/digest.ts';
import { isOpen } from './end.ts';
import { SluiceError } from './errors.ts';
import type { Link } from './link.ts';
import { withLiveSamples } from './live-samples.ts';
import { listRuns, unknownRun } from './runs.ts';
import { readStatus } from './status.ts';

/** What `follow` sees: a new state, or that it can't be seen at the moment. */
export type Seen = { readonly status: RunStatus } | { readonly trouble: string };

/** Milliseconds between two looks. */
const pace = 700;

/** The whole state of a run, by its id. @throws UnknownRun, NoWorker, RunStuck */
export async function statusOf({ client, connection }: Link, run: string): Promise<RunStatus> {
  try {
    const status = await readStatus(client, connection, run, `${run} was not asked for its state`);
    return await withLiveSamples(client, status);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw unknownRun(run, await listRuns(client, {}));
    throw error;
  }
}

/** The states of a run as they change, until it has ended. */
export async function* follow(
  link: Link,
  run: string,
  { every = pace, signal }: { readonly every?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<Seen, void> {
  let last = '';
  while (!signal?.aborted) {
    const seen = await look(link, run);
    const now = digestOf(seen);
    if (now !== last) yield seen;
    last = now;
    if ('status' in seen && seen.status.outcome !== undefined && seen.status.ended !== undefined) return;
    if ('trouble' in seen && !(await isOpen(link, run))) return;
    await sleep(every, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

/** What goes away by itself is told, and the next look may see more. */
async function look(link: Link, run: string): Promise<Seen> {
  try {
    return { status: await statusOf(link, run) };
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'no-worker') return { trouble: error.message };
    if (isGrpcServiceError(error) || (error instanceof Error && isGrpcServiceError(error.cause))) {
      return { trouble: `${link.address} does not answer at the moment` };
    }
    throw error;
  }
}
