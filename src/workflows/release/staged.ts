import type { EnvironmentConfig, ProductConfig } from '../../domain/config/schema.ts';
import type { Candidate } from '../../activities/release/prepare.ts';
import type { Readiness } from '../../activities/release/readiness.ts';
import type { Released } from '../../activities/release/source.ts';
import { quick, stepRef } from '../run/effects.ts';
import type { Deployment } from '../environments/environments.ts';
import type { Run } from '../run/run.ts';

/** A version with its release branch, on its way through staging. */
export interface Staged {
  readonly config: ProductConfig;
  readonly readiness: Readiness;
  readonly candidate: Candidate;
  readonly branch: string;
  /** The commit of the release branch that is deployed. */
  readonly commit: string;
  /** The version commit that this run made there; people may have pushed more since. */
  readonly ownCommit: string;
  readonly notes: string;
  /** What was checked, with its result. */
  readonly checks: readonly string[];
}

export function releasedOf(staged: Staged): Released {
  return { version: staged.candidate.version, branch: staged.branch, commit: staged.commit };
}

/** The branch as this run made it: removed only as long as nobody pushed anything to it. */
export function ownBranchOf(staged: Staged): Released {
  return { ...releasedOf(staged), commit: staged.ownCommit };
}

export async function removeBranch(run: Run, released: Released): Promise<void> {
  await quick.deleteReleaseBranch(stepRef(run, 'branch.remove'), released).catch(() => {
    run.concern(`the branch ${released.branch} could not be removed`);
  });
}

export function deploymentOf(
  run: Run,
  staged: Staged,
  name: 'staging' | 'production',
  environment: EnvironmentConfig,
): Deployment {
  return {
    name,
    environment,
    product: run.product,
    version: staged.candidate.version,
    commit: staged.commit,
    previousVersion: run.previousVersion,
    backup: name,
  };
}
