import { ApplicationFailure } from '@temporalio/common';
import type { EffectOutcome } from '../domain/run/effect-outcome.ts';
import { CodeHostProblem, DriverProblem, NotConfigured, SourceProblem } from './ports/index.ts';

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
    if (error instanceof DriverProblem || error instanceof NotConfigured)
      return { ok: false, summary: error.message };
    const said = hostProblem(error);
    if (said) return { ok: false, summary: said };
    throw error;
  }
}

/** What the worker's host refuses, and what a person has to do about it: to try again and again would only hide it. */
const hostProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left on the disk: make room on the worker’s host, then try again',
  EDQUOT: 'the disk quota is used up: make room on the worker’s host, then try again',
  EROFS: 'the file system is read-only: make it writable on the worker’s host, then try again',
  EACCES: 'the worker has no permission: correct it on its host, then try again',
  EPERM: 'the worker has no permission: correct it on its host, then try again',
  EIO: 'the disk does not work: look at the worker’s host, then try again',
};

function hostProblem(error: unknown): string | undefined {
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const said = code && Object.hasOwn(hostProblems, code) ? hostProblems[code] : undefined;
  return said && `${said} (${code ?? ''}${path ? ` at ${path}` : ''})`;
}
