import { anyText, flag, integer, list, optional, shape, text } from '../text/check.ts';

/** Who holds an environment (the first) and who waits for it, in order. Plain data, pure functions. */
export interface LockRequest extends LockUser {
  readonly emergency: boolean;
  /**
   * Wants it only while nobody else does: it is had where it is free, never waited for, and given back when asked.
   * So a run that waits for a decision has what comes next at hand without keeping anybody out.
   */
  readonly yields?: boolean;
}

export interface LockUser {
  readonly run: string;
  /** Of the run's first execution: it stays the same when the run is reset, and so does what the run holds. */
  readonly runId: string;
}

export interface LockPlace {
  /** 0 is the holder. */
  readonly position: number;
  /** The run right before, or nothing. */
  readonly behind: string;
}

export interface LockReply extends LockPlace {
  readonly granted: boolean;
}

/** A request with what its run was told so far. Kept with it, for news that are never told are a wait that never ends. */
interface LockEntry extends LockRequest {
  readonly place?: LockPlace;
  /** It was told that somebody else wants it. */
  readonly wanted?: true;
}

export type LockQueue = readonly LockEntry[];

/** What a run has yet to be told: its place, or that somebody else wants what it holds. */
export interface LockNews {
  readonly to: LockUser;
  readonly what: LockPlace | { readonly wanted: true };
}

/** No environment is waited for by more: who comes then has to come again. */
const longestQueue = 10_000;

const runName = text(1_000, /^[^\p{Cc}]+$/u);
const executionId = text(200, /^[\w-]+$/);

const place = shape({ position: integer(-1, longestQueue), behind: anyText(1_000) });
const user = { run: runName, runId: executionId };
const entry = shape({
  ...user,
  emergency: flag,
  yields: optional(flag),
  place: optional(place),
  wanted: optional(flag),
});
const start = list(entry, longestQueue);
const name = text(200, /^[a-z][a-z0-9-]*$/);

/** What is wrong with what a lock is started with; nothing where it fits. */
export function lockProblems(product: unknown, environment: unknown, queue: unknown): readonly string[] {
  return [
    ...name(product, 'the product'),
    ...name(environment, 'the environment'),
    ...start(queue, 'the queue'),
  ];
}

/** What arrived at a lock, checked by hand: anybody may send anything. */
export function readLockRequest(value: unknown): LockRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { run, runId, emergency, yields } = value as Record<string, unknown>;
  if (runName(run, '').length > 0 || executionId(runId, '').length > 0) return undefined;
  return {
    run: run as string,
    runId: runId as string,
    emergency: emergency === true,
    ...(yields === true ? { yields } : {}),
  };
}

/** Adds a request: at the end, or an emergency right behind the holder and other emergencies. Asking again keeps the place. One that yields never queues. */
export function enqueue(queue: LockQueue, request: LockRequest): LockQueue {
  if (queue.some((entry) => same(entry, request)) || queue.length >= longestQueue) return queue;
  if (request.yields && queue.length > 0) return queue;
  if (!request.emergency || queue.length === 0) return [...queue, request];
  const firstOrdinary = queue.findIndex((entry, index) => index > 0 && !entry.emergency);
  return firstOrdinary === -1 ? [...queue, request] : queue.toSpliced(firstOrdinary, 0, request);
}

/** Removes a holder or a waiter; nothing happens where it isn't there. */
export function leave(queue: LockQueue, who: LockUser): LockQueue {
  return queue.filter((entry) => !same(entry, who));
}

export function placeOf(queue: LockQueue, who: LockUser): LockReply | undefined {
  const position = queue.findIndex((entry) => same(entry, who));
  if (position === -1) return undefined;
  return { granted: position === 0, position, behind: queue[position - 1]?.run ?? '' };
}

/** All that runs do not know yet: whose place is another one than they were told, and a holder that yields once somebody waits. */
export function newsOf(queue: LockQueue): readonly LockNews[] {
  const moved = queue.flatMap((entry, position): LockNews[] => {
    const place = { position, behind: queue[position - 1]?.run ?? '' };
    const known = entry.place?.position === place.position && entry.place.behind === place.behind;
    return known ? [] : [{ to: entry, what: place }];
  });
  const holder = queue[0];
  const wanted = holder?.yields && !holder.wanted && queue.length > 1;
  return wanted ? [...moved, { to: holder, what: { wanted: true } }] : moved;
}

/** The queue once these news were told. Who has left meanwhile stays away. */
export function told(queue: LockQueue, { to, what }: LockNews): LockQueue {
  const known = 'wanted' in what ? what : { place: { position: what.position, behind: what.behind } };
  return queue.map((entry) => (same(entry, to) ? { ...entry, ...known } : entry));
}

function same(a: LockUser, b: LockUser): boolean {
  return a.run === b.run && a.runId === b.runId;
}
