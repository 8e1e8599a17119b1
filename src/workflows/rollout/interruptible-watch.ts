import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Watched } from '../../activities/rollout/watch.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { outcomeOf } from '../run/answered.ts';
import { Interrupted, stopIfInterrupted } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';

/** Milliseconds until a watch is tried again that could not be carried out. */
const afterFailedWatch = { first: 30_000, longest: 15 * 60_000 } as const;

/**
 * Carries out the watch until it ends, or until there is something to tell it.
 * @param isNews whether people said something that the watch has to know
 */
export async function watchUntil(
  run: Run,
  watch: () => Promise<EffectOutcome<Watched>>,
  isNews: () => boolean,
): Promise<EffectOutcome<Watched>> {
  const watching = new CancellationScope();
  const listening = new CancellationScope();
  let asked: Promise<unknown> | undefined;
  const work = watching
    .run(() => (asked = watch()))
    .catch((error: unknown): EffectOutcome<Watched> => {
      if (isCancellation(error)) return { ok: true, summary: 'stopped before it began' };
      if (error instanceof ActivityFailure)
        return { ok: false, summary: error.cause?.message ?? error.message };
      throw error;
    });
  const word = listening
    .run(() => condition(isNews))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  const byItself = work.then(() => true);
  const stopped = Promise.race([word, run.interruption]).then(() => false);
  const first = await Promise.race([byItself, stopped]);
  listening.cancel();
  watching.cancel();
  const ended = await work;
  const outcome = outcomeOf(asked, ended);
  if (run.interrupted) throw new Interrupted(run.interrupted);
  // A watch whose worker is gone can't be stopped in good order: that is no failure to see anything.
  return first || outcome.value ? outcome : { ok: true, summary: 'stopped, to hear what was said' };
}

/** A watch that can't be carried out costs events of a history that is limited: it is tried again ever more slowly, or at a word. */
export async function rest(run: Run, failures: number, isNews: () => boolean): Promise<void> {
  const { first, longest } = afterFailedWatch;
  await condition(
    () => isNews() || run.interrupted !== undefined,
    Math.min(longest, first * 2 ** Math.min(failures - 1, 10)),
  );
  stopIfInterrupted(run);
}
