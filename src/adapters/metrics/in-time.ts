import { formatDuration } from '../../domain/text/time.ts';
import { inWords } from '../health.ts';

/** Who was asked did not answer, or not with what was asked for. The message says who, and what it did instead. */
export class ProviderProblem extends Error {
  override readonly name = 'ProviderProblem';
}

/** Longer times overflow a timer, which would then be over at once. */
const longest = 2 ** 31 - 1;

/**
 * Asks somebody who may hang: an answer in time, or a {@link ProviderProblem} that begins with `who`.
 * What takes no notice of its signal is not waited for.
 * @param limit milliseconds
 */
export async function inTime<T>(
  who: string,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(Math.min(Math.max(1, limit), longest));
  const over = AbortSignal.any([signal, late]);
  const stop = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    const end = () => reject(new ProviderProblem('over'));
    if (over.aborted) end();
    else over.addEventListener('abort', end, { once: true, signal: stop.signal });
  });
  try {
    // Also what is thrown at once comes as a rejection: both are waited for, so that neither is left unhandled.
    return await Promise.race([ended, (async () => ask(over))()]);
  } catch (problem) {
    if (signal.aborted) throw new ProviderProblem(`${who}: cancelled`);
    if (late.aborted) throw new ProviderProblem(`${who}: no answer within ${formatDuration(limit)}`);
    throw new ProviderProblem(`${who}: ${inWords(problem)}`);
  } finally {
    stop.abort();
  }
}
