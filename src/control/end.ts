import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { RunResult } from '../domain/run/status.ts';
import { RunFailed, TimedOut } from './errors.ts';
import type { Link } from './link.ts';

/** Whether a run is still going on; where the server can't say, it is. */
export async function isOpen({ client }: Pick<Link, 'client'>, run: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(run).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    return !(error instanceof WorkflowNotFoundError);
  }
}

/** How a run ends, as soon as it has. @throws RunFailed where the workflow itself failed, which is a defect and not an outcome */
export async function resultOf({ client }: Pick<Link, 'client'>, run: string): Promise<RunResult> {
  try {
    return (await client.workflow.getHandle(run).result()) as RunResult;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new RunFailed(run, error.cause?.message ?? error.message, { cause: error });
  }
}

/** The same, for so many milliseconds at most. @throws TimedOut, RunFailed */
export async function resultWithin(
  link: Pick<Link, 'client'>,
  run: string,
  timeout: number,
): Promise<RunResult> {
  const result = resultOf(link, run);
  const done = new AbortController();
  const timeUp = sleep(timeout, undefined, { signal: done.signal }).then(() => {
    throw new TimedOut(`${run} has not ended within ${timeout} ms; it goes on.`);
  });
  try {
    return await Promise.race([result, timeUp]);
  } finally {
    done.abort();
    for (const pending of [timeUp, result]) pending.catch(() => undefined);
  }
}
