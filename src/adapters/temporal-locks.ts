import type { Client } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { EnvironmentLocks } from '../activities/ports/index.ts';
import type { LockReply, LockRequest } from '../domain/lock-queue.ts';
import {
  lockAcquireName,
  lockReleaseName,
  lockWorkflowType,
  taskQueue,
  workflowIds,
} from '../domain/workflow-ids.ts';

/** Environments are locked by one small workflow each, which exists while somebody holds or waits. */
export function createTemporalLocks(client: () => Client): EnvironmentLocks {
  return {
    async acquire({ product, environment, ...request }) {
      const start = new WithStartWorkflowOperation(lockWorkflowType, {
        workflowId: workflowIds.lock(product, environment),
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
          .workflow.getHandle(workflowIds.lock(product, environment))
          .signal(lockReleaseName, { run, runId });
      } catch (error) {
        // Nobody holds it: the lock has ended already.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },

    async isRunning(run, runId) {
      try {
        const { status } = await client().workflow.getHandle(run, runId).describe();
        return status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}
