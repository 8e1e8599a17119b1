import { activityInfo } from '@temporalio/activity';
import type { LockReply } from '../../domain/environments/lock-queue.ts';
import type { Deps } from '../deps.ts';

/** An environment, and the first execution of the run that asks: it stays the same when the run is reset. */
export interface Turn {
  readonly product: string;
  readonly environment: string;
  readonly runId: string;
}

/** One change at a time per product and environment (PL-8). Quick and safe to repeat. */
export function lockActivities(deps: Deps) {
  const self = () => {
    const execution = activityInfo().workflowExecution;
    if (!execution) throw new Error('an environment is locked for a run, and this activity belongs to none');
    return { run: execution.workflowId };
  };

  return {
    acquireEnvironment(request: Turn & { emergency: boolean; yields?: boolean }): Promise<LockReply> {
      return deps.locks.acquire({ ...self(), ...request });
    },
    releaseEnvironment(request: Turn): Promise<void> {
      return deps.locks.release({ ...self(), ...request });
    },
    isRunning(run: string, runId: string): Promise<boolean> {
      return deps.locks.isRunning(run, runId);
    },
  };
}
