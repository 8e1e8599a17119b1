/** What the id of a run is made of. */
export interface RunName {
  readonly product: string;
  /** Without the `v`. */
  readonly version?: string | undefined;
  readonly environment?: string | undefined;
}

/** The lock of an environment. */
export const lockIdOf = (product: string, environment: string): string => `lock/${product}/${environment}`;

/** The queue of flows and, in one process with all roles, of everything. */
export const taskQueue = 'sluice';

/** Update of an environment's lock: `LockRequest` → `LockReply`. */
export const lockAcquireName = 'acquire';
/** Signal to an environment's lock: `{ run, runId }`. */
export const lockReleaseName = 'release';
export const lockWorkflowType = 'environmentLock';
