import type { Client, WorkflowHandle } from '@temporalio/client';
import { expect, vi } from 'vitest';
import type { Message, MessageKind } from '../../../src/domain/run/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import { flows } from '../../../src/domain/flows/registry.ts';
import { taskQueue } from '../../../src/domain/flows/workflow-ids.ts';

type Decision = Omit<Message, 'kind'>;

/** A run as a test steers it. */
export interface TestRun {
  readonly handle: WorkflowHandle;
  status(): Promise<RunStatus>;
  /** Polls the status until it is so, through any time without a worker. */
  until(what: string, holds: (status: RunStatus) => boolean, timeout?: number): Promise<RunStatus>;
  decide(kind: MessageKind, message: Decision): Promise<MessageReply>;
  result(): Promise<RunResult>;
}

export async function startRelease(
  client: Client,
  product: string,
  version: string,
  by = 'carol',
): Promise<TestRun> {
  const workflowId = flows.release.runId({ product, version });
  return runOf(await client.workflow.start('release', { args: [{ product, by }], taskQueue, workflowId }));
}

export function runOf(handle: WorkflowHandle): TestRun {
  const status = () => handle.query<RunStatus>('status');
  return {
    handle,
    status,
    until: (what, holds, timeout = 60_000) =>
      statusThat(handle, {
        what,
        holds,
        timeout,
        // It won't any more: no reason to wait for it.
        over: ({ outcome, gates }) => outcome !== undefined || gates.some(({ kind }) => kind === 'question'),
      }),
    decide: (kind, message) => handle.executeUpdate<MessageReply, [Decision]>(kind, { args: [message] }),
    result: () => handle.result() as Promise<RunResult>,
  };
}

export interface Awaited {
  /** Said where it does not happen: `wait for approval`. */
  readonly what: string;
  readonly holds: (status: RunStatus) => boolean;
  /** It can't happen any more. */
  readonly over: (status: RunStatus) => boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * A run's status, once it is so. Many runs share one worker, which answers for each of them: it is asked only when the server says that
 * something has come to the run's history since the last answer.
 */
export async function statusThat(
  handle: WorkflowHandle,
  { what, holds, over, timeout }: Awaited,
): Promise<RunStatus> {
  let seen = -1;
  let last = new Error(`${handle.workflowId} does not ${what}: nobody answers for it`);
  const found = await vi.waitFor(
    async () => {
      const { historyLength } = await handle.describe();
      if (historyLength === seen) throw last;
      const now = await handle.query<RunStatus>('status');
      seen = historyLength;
      if (holds(now)) return now;
      last = new Error(`${now.run} does not ${what}: ${inShort(now)}`);
      if (over(now)) return last;
      throw last;
    },
    { timeout, interval: 200 },
  );
  if (found instanceof Error) throw found;
  return found;
}

/** Where a run stands, in one line. */
export function inShort({ outcome, phase, steps, gates, reason }: RunStatus): string {
  const last = steps.findLast(({ state }) => state !== 'pending');
  const open = gates.map(({ id, statement }) => `${id} (${statement})`).join(', ');
  return `${outcome ?? phase}, ${last?.id ?? ''} ${last?.state ?? ''}: ${reason}; gates: ${open}`;
}

/** Waits for the gate and approves it. */
export async function approve(run: TestRun, by = 'alice', timeout?: number): Promise<void> {
  await run.until(
    'wait for approval',
    (status) => status.gates.some((gate) => gate.id === 'production'),
    timeout,
  );
  expect(await run.decide('approve', { by })).toMatchObject({ accepted: true });
}

/** What each step came to, in order. */
export function stepStates(status: RunStatus): Record<string, string> {
  return Object.fromEntries(status.steps.map((step) => [step.id, step.state]));
}
