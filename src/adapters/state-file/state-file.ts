import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { StateFile } from '../../activities/ports/records.ts';
import { withLockSync } from '../files/lock.ts';
import { replaceFile } from './replace-file.ts';
import { parseState, readProduct, writeProduct } from './state-document.ts';
import { StateFileProblem } from './state-file-problem.ts';

/** Milliseconds; a change takes a few. */
const longestWait = 10_000;

/**
 * `state.yml` for people and other programs (RW-12; processes/release.md, "State Updates"). A missing file is made.
 * Every failure is a StateFileProblem, and the file is as it was. A hidden, empty `.<name>.lock` stays beside it.
 */
export function createStateFile(path: string): StateFile {
  const guarded = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      try {
        resolve(work());
      } catch (error) {
        if (error instanceof StateFileProblem) throw error;
        throw new StateFileProblem(path, undefined, error instanceof Error ? error.message : String(error));
      }
    });

  return {
    read: (product) => guarded(() => readProduct(parseState(path, textOf(path), 'failsafe'), product)),
    update: (product, wanted) =>
      guarded(() => {
        mkdirSync(dirname(path), { recursive: true });
        withLockSync(
          join(dirname(path), `.${basename(path)}.lock`),
          () => {
            const text = textOf(path);
            const state = parseState(path, text, 'core');
            writeProduct(state, product, wanted);
            const changed = state.document.toString({ lineWidth: 0 });
            const ended = text.includes('\r\n') ? changed.replace(/\r?\n/g, '\r\n') : changed;
            if (ended !== text) replaceFile(path, ended);
          },
          longestWait,
        );
      }),
  };
}

function textOf(path: string): string {
  try {
    // Not UTF-8 is an error: written back, it would be lost.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
