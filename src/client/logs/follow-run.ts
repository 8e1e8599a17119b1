import { setTimeout as sleep } from 'node:timers/promises';
import type { RunLine } from './run-line.ts';
import type { RunReader } from './run-reader.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Whether the run is over although nothing says so: it was terminated, or it failed. */
  readonly isOver: () => Promise<boolean>;
}

/** Milliseconds between two looks at the files, and between two questions to the server. */
const lookEvery = 500;
const askEvery = 5_000;

/** What is added to a run's lines, until the run has ended or the signal says that it is enough. */
export async function* followRun(
  reader: RunReader,
  { signal, isOver }: FollowOptions,
): AsyncGenerator<readonly RunLine[]> {
  let ended = reader.ended;
  for (let askedAt = 0; !ended && !signal.aborted;) {
    if (Date.now() - askedAt > askEvery) {
      askedAt = Date.now();
      ended = await isOver();
    }
    await sleep(lookEvery, undefined, { signal }).catch(() => undefined);
    yield await reader.next({ whole: false });
    ended ||= reader.ended;
  }
  if (signal.aborted) return;
  // Workers hold lines back for a moment, to put them in order.
  await sleep(lookEvery, undefined, { signal }).catch(() => undefined);
  yield await reader.next();
}
