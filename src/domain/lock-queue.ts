/** Who holds an environment (the first) and who waits for it, in order. Plain data, pure functions. */
export interface LockRequest {
  readonly run: string;
  readonly runId: string;
  readonly emergency: boolean;
}

export interface LockReply {
  readonly granted: boolean;
  /** 0 is the holder. */
  readonly position: number;
  /** The run right before, or nothing. */
  readonly behind: string;
}

export type LockQueue = readonly LockRequest[];

/** Adds a request: at the end, or an emergency right behind the holder and other emergencies. Asking again keeps the place. */
export function enqueue(queue: LockQueue, request: LockRequest): LockQueue {
  if (queue.some((entry) => same(entry, request))) return queue;
  if (!request.emergency || queue.length === 0) return [...queue, request];
  const firstOrdinary = queue.findIndex((entry, index) => index > 0 && !entry.emergency);
  return firstOrdinary === -1 ? [...queue, request] : queue.toSpliced(firstOrdinary, 0, request);
}

/** Removes a holder or a waiter; nothing happens where it isn't there. */
export function leave(queue: LockQueue, who: { readonly run: string; readonly runId: string }): LockQueue {
  return queue.filter((entry) => !same(entry, who));
}

export function placeOf(queue: LockQueue, who: { readonly run: string; readonly runId: string }): LockReply | undefined {
  const position = queue.findIndex((entry) => same(entry, who));
  if (position === -1) return undefined;
  return { granted: position === 0, position, behind: queue[position - 1]?.run ?? '' };
}

function same(a: { readonly run: string; readonly runId: string }, b: { readonly run: string; readonly runId: string }): boolean {
  return a.run === b.run && a.runId === b.runId;
}
