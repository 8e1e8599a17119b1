import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { Approval } from '../../domain/gates/approval.ts';

/** A version on its way into one environment. */
export interface Deployment {
  readonly name: string;
  readonly environment: EnvironmentConfig;
  readonly product: string;
  readonly version: string;
  readonly commit: string;
  readonly previousVersion: string | undefined;
  /** Names the backup among those of the run. */
  readonly backup: string;
  readonly approval?: Approval;
}

export function targetOf(deployment: Deployment) {
  const { product, version, commit, previousVersion } = deployment;
  return { product, environment: deployment.name, version, commit, previousVersion };
}
