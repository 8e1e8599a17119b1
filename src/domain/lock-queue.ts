/** Who holds an environment (the first) and who waits for it, in order. Plain data, pure functions. */
export interface LockRequest {
  readonly run: string;
  readonly runId: string;
  readonly emergency: boolean;
  /**
   * Wants it only while nobody else does: it is had where it is free, never waited for, and given back when asked.
   * So a run that waits for a decision has what comes next at hand without keeping anybody out.
   */
  readonly yields?: boolean;
}

export interface LockReply {
  readonly granted: boolean;
  /** 0 is the holder. */
  readonly position: number;
  /** The run right before, or nothing. */
  readonly behind: string;
}

export type LockQueue = readonly LockRequest[];

/** What arrived at a lock, checked by hand: anybody may send anything. */
export function readLockRequest(value: unknown): LockRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { run, runId, emergency, yields } = value as Record<string, unknown>;
  if (typeof run !== 'string' || typeof runId !== 'string' || run === '' || runId === '') return undefined;
  return { run, runId, emergency: emergency === true, ...(yields === true ? { yields } : {}) };
}

/** Adds a request: at the end, or an emergency right behind the holder and other emergencies. Asking again keeps the place. One that yields never queues. */
export function enqueue(queue: LockQueue, request: LockRequest): LockQueue {
  if (queue.some((entry) => same(entry, request))) return queue;
  if (request.yields && queue.length > 0) return queue;
  if (!request.emergency || queue.length === 0) return [...queue, request];
  const firstOrdinary = queue.findIndex((entry, index) => index > 0 && !entry.emergency);
  return firstOrdinary === -1 ? [...queue, request] : queue.toSpliced(firstOrdinary, 0, request);
}

/** Removes a holder or a waiter; nothing happens where it isn't there. */
export function leave(queue: LockQueue, who: { readonly run: string; readonly runId: string }): LockQueue {
  return queue.filter((entry) => !same(entry, who));
}

export function placeOf(
  queue: LockQueue,
  who: { readonly run: string; readonly runId: string },
): LockReply | undefined {
  const position = queue.findIndex((entry) => same(entry, who));
  if (position === -1) return undefined;
  return { granted: position === 0, position, behind: queue[position - 1]?.run ?? '' };
}

/** Who has to be asked to give it back: a holder that yields, once somebody waits. */
export function askedToYield(queue: LockQueue): LockRequest | undefined {
  const [holder, ...waiting] = queue;
  return holder?.yields && waiting.length > 0 ? holder : undefined;
}

function same(
  a: { readonly run: string; readonly runId: string },
  b: { readonly run: string; readonly runId: string },
): boolean {
  return a.run === b.run && a.runId === b.runId;
}
