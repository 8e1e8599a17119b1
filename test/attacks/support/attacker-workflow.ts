import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';

/** An activity that somebody asks for who may write to the namespace, on the workers' own queue. */
export interface Call {
  readonly activity: string;
  readonly args: readonly unknown[];
}

export interface Ending {
  readonly activity: string;
  /** Of the failure; undefined where it went through. */
  readonly type?: string;
  readonly retried?: boolean;
  readonly message?: string;
  readonly value?: unknown;
}

/** Asks for activities of Sluice's workers, as anybody's workflow can. */
export async function attack(calls: readonly Call[]): Promise<readonly Ending[]> {
  const activities = proxyActivities<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>({
    taskQueue: 'sluice',
    startToCloseTimeout: '20 seconds',
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '100ms', maximumAttempts: 2 },
  });
  return Promise.all(
    calls.map(async ({ activity, args }): Promise<Ending> => {
      try {
        return { activity, value: await activities[activity]?.(...args) };
      } catch (error) {
        const cause = error instanceof ActivityFailure ? error.cause : undefined;
        return {
          activity,
          type: cause instanceof ApplicationFailure ? (cause.type ?? 'Error') : String(cause ?? error),
          retried: error instanceof ActivityFailure && error.retryState !== 'NON_RETRYABLE_FAILURE',
          message: cause?.message ?? '',
        };
      }
    }),
  );
}
