import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LockQueue, LockReply } from '../domain/lock-queue.ts';
import { askedToYield, enqueue, leave, placeOf, readLockRequest } from '../domain/lock-queue.ts';
import { lockAcquireName, lockReleaseName } from '../domain/workflow-ids.ts';
import { lockSignalName } from './messages.ts';
import { quick } from './shared/effects.ts';

/** How often a holder is looked at while others wait: a run that was terminated can't give its environment back. */
const holderCheck = '1 minute';

/**
 * One change at a time per product and environment (PL-8). It exists only while somebody holds or waits, lets runs in
 * by order and emergencies first, and tells each waiting run its place by a signal.
 */
export async function environmentLock(
  product: string,
  environment: string,
  queue: LockQueue = [],
): Promise<void> {
  let current = queue;
  const nobody: LockReply = { granted: false, position: -1, behind: '' };
  setHandler(
    defineUpdate<LockReply, [unknown]>(lockAcquireName),
    (payload) => {
      const request = readLockRequest(payload);
      if (!request) return nobody;
      current = enqueue(current, request);
      return placeOf(current, request) ?? nobody;
    },
    {
      validator: (payload) => {
        if (!readLockRequest(payload)) throw new Error('send {"run":"…","runId":"…","emergency":false}');
      },
    },
  );
  setHandler(defineSignal<[unknown]>(lockReleaseName), (payload) => {
    const who = readLockRequest(payload);
    if (who) current = leave(current, who);
  });
  setHandler(defineQuery<LockQueue>('queue'), () => current);

  let announced: LockQueue = queue;
  let started = queue.length > 0;
  for (;;) {
    const waiting = current.length > 1;
    const moved = (): boolean => current !== announced || (started && current.length === 0);
    const woke = waiting ? await condition(moved, holderCheck) : (await condition(moved), true);
    if (!woke) {
      const holder = current[0];
      // Others may come and go while the holder is looked at: only the holder is taken out of what is there then.
      if (holder && !(await lives(holder))) current = leave(current, holder);
    }
    started ||= current.length > 0;
    const before = announced;
    announced = current;
    setCurrentDetails(describe(product, environment, announced));
    await announce(environment, before, announced);
    if (current.length === 0 && allHandlersFinished()) return;
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof environmentLock>(product, environment, current);
    }
  }
}

/** Tells every run whose place changed (the one that asked just now has its answer already), and a holder that yields that it is wanted. */
async function announce(environment: string, before: LockQueue, now: LockQueue): Promise<void> {
  for (const entry of now) {
    const old = placeOf(before, entry);
    const place = placeOf(now, entry);
    if (!old || !place || old.position === place.position) continue;
    await getExternalWorkflowHandle(entry.run, entry.runId)
      .signal(lockSignalName, { environment, position: place.position, behind: place.behind })
      .catch(() => undefined);
  }
  const holder = askedToYield(now);
  if (!holder || now.length <= before.length) return;
  await getExternalWorkflowHandle(holder.run, holder.runId)
    .signal(lockSignalName, { environment, wanted: true })
    .catch(() => undefined);
}

/** Where nobody can say, the holder keeps its place until the next look. */
function lives(holder: LockQueue[number]): Promise<boolean> {
  return quick.isRunning(holder.run, holder.runId).catch(() => true);
}

function describe(product: string, environment: string, queue: LockQueue): string {
  const [holder, ...waiting] = queue;
  if (!holder) return `**${environment}** of **${product}** is free.`;
  const list = waiting
    .map((entry, index) => `${index + 1}. \`${entry.run}\`${entry.emergency ? ' (emergency)' : ''}`)
    .join('\n');
  return `**${environment}** of **${product}** is held by \`${holder.run}\`.${list ? `\n\nWaiting:\n${list}` : ''}`;
}
