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
import type { LockNews, LockQueue, LockReply, LockUser } from '../../domain/environments/lock-queue.ts';
import {
  enqueue,
  leave,
  lockProblems,
  newsOf,
  placeOf,
  readLockRequest,
  told,
} from '../../domain/environments/lock-queue.ts';
import { lockAcquireName, lockReleaseName } from '../../domain/flows/workflow-ids.ts';
import { lockSignalName } from '../messages.ts';
import { quick } from '../run/effects.ts';
import { invalidInput } from '../run/invalid-input.ts';

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
  const problems = lockProblems(product, environment, queue);
  if (problems.length > 0) throw invalidInput(problems);
  let current = queue;
  const nobody: LockReply = { granted: false, position: -1, behind: '' };
  setHandler(
    defineUpdate<LockReply, [unknown]>(lockAcquireName),
    (payload) => {
      const request = readLockRequest(payload);
      if (!request) return nobody;
      current = enqueue(current, request);
      const place = placeOf(current, request);
      if (!place) return { ...nobody, behind: current[0]?.run ?? '' };
      current = told(current, { to: request, what: place });
      return place;
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

  let looking = false;
  // The others go on meanwhile: nobody may be able to say for a long time.
  const look = async (holder: LockUser): Promise<void> => {
    looking = true;
    if (!(await lives(holder))) current = leave(current, holder);
    looking = false;
  };
  let seen: LockQueue = queue;
  let started = queue.length > 0;
  for (;;) {
    const lookedAlready = looking;
    const moved = (): boolean =>
      current !== seen || (started && current.length === 0) || looking !== lookedAlready;
    const waiting = current.length > 1 && !looking;
    const woke = waiting
      ? await condition(moved, holderCheck, { summary: 'whether the holder still runs' })
      : (await condition(moved), true);
    const [holder] = current;
    if (!woke && holder) void look(holder);
    started ||= current.length > 0;
    // Others may come and go while runs are told: it is over once everybody knows where they are.
    for (let news = newsOf(current); news.length > 0; news = newsOf(current)) {
      const heard = await Promise.all(news.map((each) => tell(environment, each)));
      for (const [index, each] of news.entries())
        current = heard[index] ? told(current, each) : leave(current, each.to);
    }
    seen = current;
    setCurrentDetails(describe(product, environment, current));
    if (current.length === 0 && allHandlersFinished()) return;
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof environmentLock>(product, environment, current);
    }
  }
}

/**
 * Whoever carries the run on hears it: after a reset that is another execution, which says itself whether it is the same run.
 * False where there is none: the run has ended, and its place is the next one's.
 */
function tell(environment: string, { to, what }: LockNews): Promise<boolean> {
  return getExternalWorkflowHandle(to.run)
    .signal(lockSignalName, { environment, runId: to.runId, ...what })
    .then(
      () => true,
      () => false,
    );
}

/** Where nobody can say, the holder keeps its place until the next look. */
function lives(holder: LockUser): Promise<boolean> {
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
