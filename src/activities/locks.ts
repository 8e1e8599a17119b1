import { activityInfo } from '@temporalio/activity';
import type { LockReply } from '../domain/lock-queue.ts';
import type { Deps } from './deps.ts';

/** One change at a time per product and environment (PL-8). Quick and safe to repeat. */
export function lockActivities(deps: Deps) {
  const self = () => {
    const execution = activityInfo().workflowExecution;
    if (!execution) throw new Error('an environment is locked for a run, and this activity belongs to none');
    return { run: execution.workflowId, runId: execution.runId };
  };

  return {
    acquireEnvironment(request: {
      product: string;
      environment: string;
      emergency: boolean;
      yields?: boolean;
    }): Promise<LockReply> {
      return deps.locks.acquire({ ...request, ...self() });
    },
    releaseEnvironment(request: { product: string; environment: string }): Promise<void> {
      return deps.locks.release({ ...request, ...self() });
    },
    isRunning(run: string, runId: string): Promise<boolean> {
      return deps.locks.isRunning(run, runId);
    },
  };
}
