import type { Watched, WatchRequest } from './watch.ts';

/** What a later attempt has to know to go on. */
export interface Progress extends Omit<Watched, 'decision'> {
  /** Milliseconds that it has been held for want of evidence. */
  readonly held: number;
}

/** Where an earlier attempt left off, or where the run says that the step is. */
export function progressFrom(beaten: unknown, { state, lastKnown, series = {} }: WatchRequest): Progress {
  return isProgress(beaten) ? beaten : { state, lastKnown, series, lines: [], held: 0 };
}

function isProgress(value: unknown): value is Progress {
  return (
    typeof value === 'object' && value !== null && 'held' in value && 'series' in value && 'state' in value
  );
}
