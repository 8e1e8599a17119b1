import type { Client, WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { expect, vi } from 'vitest';
import type { Message, MessageKind } from '../../../src/domain/run/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import { flows } from '../../../src/domain/flows/registry.ts';
import { taskQueue } from '../../../src/domain/flows/workflow-ids.ts';

const forceClosed =
  temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND;

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
  return runOf(
    client,
    await client.workflow.start('release', { args: [{ product, by }], taskQueue, workflowId }),
  );
}

export function runOf(_client: Client, handle: WorkflowHandle): TestRun {
  const status = () => handle.query<RunStatus>('status');
  return {
    handle,
    status,
    until: async (what, holds, timeout = 60_000) => {
      const found = await vi.waitFor(
        async () => {
          const now = await status();
          if (holds(now)) return now;
          const last = now.steps.findLast((step) => step.state !== 'pending');
          const problem = new Error(
            `${handle.workflowId} does not ${what}: ${now.outcome ?? now.phase}, ${last?.id ?? ''} ${last?.state ?? ''}: ${now.reason}`,
          );
          // It won't any more: no reason to wait for it.
          if (now.outcome !== undefined || now.gates.some((gate) => gate.kind === 'question')) return problem;
          throw problem;
        },
        { timeout, interval: 150 },
      );
      if (found instanceof Error) throw found;
      return found;
    },
    decide: (kind, message) => handle.executeUpdate<MessageReply, [Decision]>(kind, { args: [message] }),
    result: () => handle.result() as Promise<RunResult>,
  };
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

/** How many workflow tasks failed or timed out: a run that is wedged has one after the other. */
export async function failedTasks(run: TestRun): Promise<string[]> {
  const { events } = await run.handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const failed = event.workflowTaskFailedEventAttributes;
    // The server itself closes a task during which too much arrived, and gives it out again.
    const closed = failed?.cause === forceClosed;
    return failed && !closed ? [failed.failure?.message ?? 'a workflow task failed'] : [];
  });
}
