import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import type { Deployment } from './deployment.ts';

/** A version on its way, with what people decide by and what is recorded of it. A flow adds what only it knows. */
export interface Deployable {
  readonly config: ProductConfig;
  readonly version: string;
  readonly commit: string;
  /** Where the commit is looked for again before it is deployed: a branch, a tag, or the commit itself. */
  readonly branch: string;
  /** What is new, for people. Markdown. */
  readonly notes: string;
  /** The path of the file in `branch` that has them all, where one does. */
  readonly notesFile?: string;
  /** What was checked, with its result, a line each. */
  readonly checks: readonly string[];
  /** Headers of the commits that are new. */
  readonly changes: readonly string[];
  /** The tag of the version before, from which `changes` count. */
  readonly since?: string;
  /** The notes are the version's own, and count from there too. */
  readonly hasNotes?: boolean;
  /** By how much the version was raised, where this run raised it. */
  readonly bump?: string;
}

/** A version that may go into an environment, as people approved it. */
export interface Approved<D extends Deployable = Deployable> {
  readonly environment: string;
  readonly deployable: D;
  readonly approval: Approval;
  /** What ran there when it was approved; null before the first deployment. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
}

/** The deployment of a version into an environment. Its backup has the same name wherever it is needed. */
export function deploymentOf(run: Run, { config, version, commit }: Deployable, name: string): Deployment {
  const environment = config.environments[name];
  if (!environment) throw new RunEnded('failed', `${name} is no longer configured`);
  return {
    name,
    environment,
    product: run.product,
    version,
    commit,
    previousVersion: run.previousVersion,
    backup: name,
  };
}

/** The deployment that was approved. Where people approved another one before, that one's backup is another. */
export function approvedDeployment(run: Run, { environment, deployable, approval }: Approved): Deployment {
  return { ...deploymentOf(run, deployable, environment), approval, backup: approval.digest };
}
