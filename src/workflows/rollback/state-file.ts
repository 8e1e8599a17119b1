import { rollbackTask } from '../../domain/records/state-tasks.ts';
import { quick, stepRef } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import type { RollbackRequest } from './request.ts';

/** Writes into the product's state what came of the rollback, and what is to be done next. It never keeps the run from its end. */
export async function recordRollback(
  run: Run,
  { deployment, previous, reason, cause }: RollbackRequest,
  verified: boolean,
): Promise<void> {
  const phase = previous ? deployment.name : 'development';
  await quick
    .updateState(stepRef(run, 'rollback.state'), {
      phase: verified ? phase : 'rollback-failed',
      version: previous?.version ?? '0.0.0',
      last_activity: new Date().toISOString(),
      tasks: [rollbackTask(reason, cause)],
    })
    .catch(() => {
      run.concern('state.yml could not be updated');
    });
}
