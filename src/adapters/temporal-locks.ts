import type { Client } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { EnvironmentLocks } from '../activities/ports/index.ts';
import type { LockReply, LockRequest } from '../domain/environments/lock-queue.ts';
import {
  lockAcquireName,
  lockIdOf,
  lockReleaseName,
  lockWorkflowType,
  taskQueue,
} from '../domain/flows/workflow-ids.ts';

/** Environments are locked by one small workflow each, which exists while somebody holds or waits. */
export function createTemporalLocks(client: () => Client): EnvironmentLocks {
  return {
    async acquire({ product, environment, ...request }) {
      const start = new WithStartWorkflowOperation(lockWorkflowType, {
        workflowId: lockIdOf(product, environment),
        args: [product, environment],
        taskQueue,
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `who may change ${environment} of ${product}`,
      });
      return client().workflow.executeUpdateWithStart<Workflow, LockReply, [LockRequest]>(lockAcquireName, {
        args: [request],
        startWorkflowOperation: start,
      });
    },

    async release({ product, environment, run, runId }) {
      try {
        await client()
          .workflow.getHandle(lockIdOf(product, environment))
          .signal(lockReleaseName, { run, runId });
      } catch (error) {
        // Nobody holds it: the lock has ended already.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },

    async isRunning(run, runId) {
      try {
        // Not that one execution: a reset ends it, and the run goes on in another one.
        const latest = client().workflow.getHandle(run);
        const { status, runId: current } = await latest.describe();
        if (status.name !== 'RUNNING') return false;
        return current === runId || (await firstExecutionOf(client().workflow, run, current)) === runId;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

/** By the first event of its history, which a reset takes over as it was: every server keeps it. */
async function firstExecutionOf(
  { workflowService, options }: Client['workflow'],
  workflowId: string,
  runId: string,
): Promise<string | undefined> {
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace: options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? undefined;
}
