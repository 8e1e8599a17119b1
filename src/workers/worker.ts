import { setFlagsFromString } from 'node:v8';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { taskQueue } from '../domain/flows/workflow-ids.ts';
import { logEffects } from './log/effects.ts';
import { payloadConverterPath, workflowBundle } from './workflow-code.ts';

export interface RunningWorker {
  /** Finishes what can be finished, leaves the user's commands running for the next worker, and ends. */
  stop(): Promise<void>;
  /** Rejects when the worker fails by itself. */
  readonly failed: Promise<never>;
}

/** What a worker of a fleet takes on: the flows, which need memory and a processor; the activities, which act; or both. */
export type Role = 'all' | 'flows' | 'activities';

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  readonly identity?: string;
  readonly role?: Role;
  /** Runs that are kept in memory; more are replayed when something happens to them. */
  readonly maxCachedWorkflows?: number;
  /** In which runs are replayed; each loads the flows for itself. */
  readonly threads?: number;
}

/** What measurements ask for (bench/, docs/benchmarks.md). */
export const tuning = {
  reuseV8Context: true,
  // Two replay beside each other after a worker's death: a quarter faster than one.
  workflowThreadPoolSize: 2,
  // A waiting run costs about 1.5 MB while it is kept in memory; the others are replayed when something happens to them.
  maxCachedWorkflows: 150,
  // After a worker's death the next one must not wait ten seconds for the dead one's queue.
  stickyQueueScheduleToStartTimeout: '1s',
  shutdownGraceTime: '5s',
  shutdownForceTime: '20s',
  // Heartbeats carry what a later attempt has to know, so they may not be held back for long.
  maxHeartbeatThrottleInterval: '3s',
  maxConcurrentActivityTaskExecutions: 100,
} as const satisfies Partial<WorkerOptions>;

/** A worker for flows and effects. */
export async function startWorker({
  connection,
  namespace,
  activities,
  identity,
  maxCachedWorkflows,
  threads,
  role = 'all',
}: WorkerSettings): Promise<RunningWorker> {
  // Each of its threads has a heap of its own, and V8 lets young ones grow to three times this (MB) before it looks for garbage.
  setFlagsFromString('--max-semi-space-size=4');
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    ...(role === 'activities' ? {} : { workflowBundle: await workflowBundle() }),
    // Local activities are part of a flow's own task, so its worker has them too; it just doesn't ask for others.
    enableNonLocalActivities: role !== 'flows',
    interceptors: { activity: [logEffects] },
    dataConverter: { payloadConverterPath },
    ...(identity ? { identity } : {}),
    ...tuning,
    ...(maxCachedWorkflows ? { maxCachedWorkflows } : {}),
    ...(threads ? { workflowThreadPoolSize: threads } : {}),
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
