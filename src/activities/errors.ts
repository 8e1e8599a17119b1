import { ApplicationFailure } from '@temporalio/common';
import type { EffectOutcome } from '../domain/effect-outcome.ts';
import { CodeHostProblem, SourceProblem } from './ports/index.ts';

/**
 * The edge where errors of ports become what a run understands: a "no" that stands is an outcome of the step;
 * what may pass by itself is thrown with a stable type name, so that Temporal tries again.
 */
export async function asOutcome<T>(work: () => Promise<EffectOutcome<T>>): Promise<EffectOutcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SourceProblem) {
      if (error.kind === 'unreachable')
        throw ApplicationFailure.retryable(error.message, 'SourceUnreachable');
      const files = error.files.length > 0 ? `: ${error.files.slice(0, 10).join(', ')}` : '';
      return {
        ok: false,
        summary: `${error.message}${files}`,
        facts: { problem: error.kind, files: error.files.slice(0, 50) },
      };
    }
    if (error instanceof CodeHostProblem) {
      if (error.retryable) throw ApplicationFailure.retryable(error.message, 'CodeHostUnreachable');
      return { ok: false, summary: error.message };
    }
    throw error;
  }
}
