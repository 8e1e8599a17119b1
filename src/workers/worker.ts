import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { taskQueue } from '../domain/workflow-ids.ts';
import { payloadConverterPath, workflowBundle } from './workflow-code.ts';

export interface RunningWorker {
  /** Finishes what can be finished, leaves the user's commands running for the next worker, and ends. */
  stop(): Promise<void>;
  /** Rejects when the worker fails by itself. */
  readonly failed: Promise<never>;
}

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  readonly identity?: string;
  /** Runs that are kept in memory; more are replayed when something happens to them. */
  readonly maxCachedWorkflows?: number;
}

/** A worker for flows and effects, with the settings that temporal.md's measurements ask for. */
export async function startWorker({ connection, namespace, activities, identity, maxCachedWorkflows = 500 }: WorkerSettings): Promise<RunningWorker> {
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities,
    dataConverter: { payloadConverterPath },
    ...(identity ? { identity } : {}),
    reuseV8Context: true,
    maxCachedWorkflows,
    // After a worker's death the next one must not wait ten seconds for the dead one's queue.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '5s',
    shutdownForceTime: '20s',
    // Heartbeats carry what a later attempt has to know, so they may not be held back for long.
    maxHeartbeatThrottleInterval: '3s',
    maxConcurrentActivityTaskExecutions: 100,
  });
  const ended = worker.run();
  let stopping = false;
  const failed = new Promise<never>((_, reject) => {
    ended.then(
      () => {
        if (!stopping) reject(new Error('the worker ended by itself'));
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
  failed.catch(() => undefined);
  return {
    failed,
    stop: async () => {
      if (stopping) return ended;
      stopping = true;
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => undefined);
    },
  };
}
