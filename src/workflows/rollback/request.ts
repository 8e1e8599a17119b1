import type { ProductConfig } from '../../domain/config/schema.ts';
import type { RollbackCause } from '../../domain/rollback/cause.ts';
import type { Deployment } from '../environments/deployment.ts';

export interface RollbackRequest {
  readonly deployment: Deployment;
  readonly previous: { readonly version: string; readonly commit: string } | null;
  readonly reason: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** `fault` where it is left out. */
  readonly cause?: RollbackCause | undefined;
  /** Migrations ran, or began to. */
  readonly migrated: boolean;
  readonly config: ProductConfig;
  /** Undo the migrations, which are declared safe. */
  readonly undo?: boolean;
}
