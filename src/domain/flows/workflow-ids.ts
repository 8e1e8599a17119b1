/** Readable workflow ids (design §5). */
export const workflowIds = {
  release: (product: string, version: string): string => `release/${product}/v${version.replace(/^v/, '')}`,
  rollout: (product: string, version = 'latest'): string =>
    `rollout/${product}/${/^\d/.test(version) ? 'v' : ''}${version}`,
  rollback: (product: string, environment: string): string => `rollback/${product}/${environment}`,
  blueGreen: (product: string, version: string): string => `blue-green/${product}/${version}`,
  lock: (product: string, environment: string): string => `lock/${product}/${environment}`,
};

/** The queue of flows and, in one process with all roles, of everything. */
export const taskQueue = 'sluice';

/** Update of an environment's lock: `LockRequest` → `LockReply`. */
export const lockAcquireName = 'acquire';
/** Signal to an environment's lock: `{ run, runId }`. */
export const lockReleaseName = 'release';
export const lockWorkflowType = 'environmentLock';
