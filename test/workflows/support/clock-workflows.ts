import { ParentClosePolicy, proxyActivities, sleep, startChild } from '@temporalio/workflow';

const { takesAMoment } = proxyActivities<{ takesAMoment(): Promise<void> }>({ startToCloseTimeout: '1m' });

/** Over at once where time leaps. */
export async function sleeps(): Promise<void> {
  await sleep('1 hour');
}

/** Ends before its child does. */
export async function leavesChild(): Promise<string> {
  const { workflowId } = await startChild(staysLonger, { parentClosePolicy: ParentClosePolicy.ABANDON });
  return workflowId;
}

export async function staysLonger(): Promise<void> {
  await takesAMoment();
}
