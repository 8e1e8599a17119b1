import { ParentClosePolicy, proxyActivities, sleep, startChild } from '@temporalio/workflow';

interface Effects {
  oversleeps(): Promise<void>;
  takesAMoment(): Promise<void>;
}
const { oversleeps } = proxyActivities<Effects>({ startToCloseTimeout: '1s', retry: { maximumAttempts: 2 } });
const { takesAMoment } = proxyActivities<Effects>({ startToCloseTimeout: '1m' });

/** Over at once where time leaps. */
export async function sleeps(): Promise<void> {
  await sleep('1 hour');
}

/** Its activity is given up while it sleeps, and tried again. */
export async function givesUp(): Promise<void> {
  await oversleeps();
  await sleep('1 hour');
}

/** Ends before its child does. */
export async function leavesChild(): Promise<string> {
  const { workflowId } = await startChild(staysLonger, {
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
  return workflowId;
}

export async function staysLonger(): Promise<void> {
  await takesAMoment();
}
