import type { RollbackCause } from './cause.ts';
import { defaultEnvironment } from '../environments/purpose.ts';
import type { PlannedStep } from '../flows/plan.ts';
import { stepsIn } from '../flows/plan.ts';

export const rollbackPhases = { rollback: 'Rollback' } as const;

/** The steps of a rollback outside any run, up to the decision; those of the rollback itself follow it. */
export function planManualRollback(environment: string): PlannedStep<'rollback'>[] {
  return stepsIn('rollback', [
    ['decide.find', `Find the way back in ${environment}`],
    ['decide.gate', 'Decide: roll back, or a hotfix'],
  ]);
}

/** The steps of a rollback, added to a run's steps when one begins. */
export function planRollback(options: {
  /** `production` where it is left out. */
  readonly environment?: string;
  readonly restore: boolean;
  /** Migrations are undone by the user's command. */
  readonly undo?: boolean;
  readonly cause?: RollbackCause;
  /** A DevOps engineer looks at what became of it. */
  readonly devops?: boolean;
  /** Verified also by its error rate, and by a user transaction where one is configured (SI-11). */
  readonly users?: { readonly smoke: boolean };
}): PlannedStep<'rollback'>[] {
  const {
    environment = defaultEnvironment,
    restore,
    undo = false,
    cause = 'fault',
    devops = false,
    users,
  } = options;
  const faulty = cause === 'fault';
  return stepsIn('rollback', [
    ['rollback.execute', `Roll ${environment} back to the previous version`],
    ['rollback.restore', `Restore the ${environment} database`, restore],
    ['rollback.undo', 'Undo the migrations', undo],
    ['rollback.verify', 'Verify that the previous version runs and is healthy'],
    ['rollback.smoke', 'Verify that a user transaction succeeds', users?.smoke ?? false],
    ['rollback.watch', 'Verify that its error rate is normal', users !== undefined],
    ['rollback.notify', 'Notify: rolled back'],
    ['rollback.devops', 'DevOps engineer: look at the way back', devops],
    ['rollback.document', 'Document what happened'],
    [
      'rollback.issue',
      faulty ? 'Create an issue for the fix' : 'Open the task for what becomes of the version',
    ],
    ['rollback.task-root-cause', 'Open the task for the root cause', faulty],
    ['rollback.task-checklist', 'Open the task for the checklist', faulty],
    ['rollback.task-process-review', 'Open the task for the process review', faulty],
  ]);
}
