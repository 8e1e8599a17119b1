import type { ProductConfig } from '../../domain/config/schema.ts';
import { Interrupted } from '../run/interrupt.ts';
import { whileJudgingReports, RollbackWanted } from '../rollback/issues.ts';
import { rollBack } from '../rollback/go-back.ts';
import type { Run } from '../run/run.ts';
import type { Deployment } from './deployment.ts';

/** What was there before, and by which configuration it is put back. */
interface Before {
  readonly config: ProductConfig;
  readonly previous: { readonly version: string; readonly commit: string } | null;
}

/** What a rollback has to know, kept up while an environment is being changed. */
export interface Progress {
  migrated: boolean;
  /** The environment was touched: from here on, going back means rolling back. */
  touched: boolean;
}

/** Whatever goes wrong once the environment was touched, or whoever wants it back: it is rolled back, which ends the run. */
export async function withWayBack<T>(
  run: Run,
  { config, previous }: Before,
  deployment: Deployment,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await whileJudgingReports(run, deployment.environment, work);
  } catch (error) {
    if (!(error instanceof RollbackWanted) && !(error instanceof Interrupted && progress.touched))
      throw error;
    return rollBack(run, {
      deployment,
      previous,
      reason: error.message,
      severity: error.severity ?? 'high',
      cause: error instanceof Interrupted ? error.why : undefined,
      migrated: progress.migrated,
      config,
    });
  }
}
