import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { StepRef } from '../../domain/run/effect-outcome.ts';
import type { Activities } from '../../activities/index.ts';
import { named } from './answered.ts';

/** Who asks for effects: a run, or what goes on in its name. */
interface Asking {
  readonly firstRunId: string;
  readonly product: string;
  readonly configuration: string;
}

/** Names the effect of a step, and what it goes by. All that workflows ask for is named here. */
export function stepRef(run: Asking, step: string, tries = 1): StepRef {
  const { firstRunId, product, configuration } = run;
  return { step, try: tries, run: firstRunId, product, configuration };
}

// Time limits, retries and heartbeats by class of activity.

/** Reads and writes that take moments and are safe to repeat; a place that can't be reached is tried for a quarter of an hour. */
export const quick = named(
  proxyActivities<
    Pick<
      Activities,
      | 'loadProduct'
      | 'inquire'
      | 'checkReadiness'
      | 'headOfMain'
      | 'createReleaseBranch'
      | 'describeBundle'
      | 'releaseEnvironment'
      | 'isRunning'
      | 'mergeToMain'
      | 'tagRelease'
      | 'lookAtRelease'
      | 'deleteReleaseBranch'
      | 'publishRelease'
      | 'openIssue'
      | 'updateState'
      | 'whatRuns'
      | 'findWayBack'
      | 'findReleased'
      | 'writeDocument'
      | 'checkInputs'
      | 'describeGreen'
      | 'commitChange'
      | 'mergeGreen'
      | 'commitNotes'
      | 'removeCheckouts'
    >
  >({
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: '15 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  }),
);

/** What may not be lost: tried until it works. */
export const lasting = proxyActivities<Pick<Activities, 'record'>>({
  summary: 'the permanent record',
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/**
 * The user's commands and the drivers. Their own limits are kept by the command runner, which outlives a worker; here only a lost
 * worker ends an attempt, and the next one attaches to the same execution. Cancelling waits until everything has stopped.
 */
const attached = {
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** What looks and judges: nothing is hurt while it is tried again. */
const looks = named(
  proxyActivities<
    Pick<
      Activities,
      'runCheck' | 'verifyHealth' | 'prepareRelease' | 'monitor' | 'watchRollout' | 'askAgent' | 'checkGreen'
    >
  >({
    ...attached,
    retry: {
      initialInterval: '1 second',
      backoffCoefficient: 2,
      maximumInterval: '1 minute',
      maximumAttempts: 50,
    },
  }),
);

/**
 * What changes an environment: where it can't be done at all, people have to hear of it within minutes and not after the better part of
 * an hour. Twelve attempts are two minutes of failures that come at once; the death of a worker counts as one attempt, so eleven of them
 * within one step are survived.
 */
const changes = named(
  proxyActivities<Pick<Activities, 'database' | 'deploy' | 'shift' | 'activate' | 'rollBack' | 'retire'>>({
    ...attached,
    retry: {
      initialInterval: '1 second',
      backoffCoefficient: 2,
      maximumInterval: '15 seconds',
      maximumAttempts: 12,
    },
  }),
);

/** Both, for those who carry out steps. (What proxies have can't be spread.) */
export const effects = {
  runCheck: looks.runCheck,
  verifyHealth: looks.verifyHealth,
  prepareRelease: looks.prepareRelease,
  monitor: looks.monitor,
  watchRollout: looks.watchRollout,
  askAgent: looks.askAgent,
  checkGreen: looks.checkGreen,
  database: changes.database,
  deploy: changes.deploy,
  shift: changes.shift,
  activate: changes.activate,
  rollBack: changes.rollBack,
  retire: changes.retire,
};

/** Quick and idempotent: run inside the workflow task, so that nothing stands between a decision and its effect. */
export const local = named(
  proxyLocalActivities<Pick<Activities, 'acquireEnvironment'>>({
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  }),
);

/** Notifications: tried for a day, by a workflow of their own. */
export const delivery = proxyActivities<Pick<Activities, 'deliver'>>({
  summary: 'one channel',
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
});
