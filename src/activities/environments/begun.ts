import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StepRef } from '../../domain/run/effect-outcome.ts';
import { digestOf } from '../../domain/text/digest.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext } from '../ports/index.ts';

/** That exactly this was begun after its approval was checked, and has not ended. */
export interface Begun {
  was(): Promise<boolean>;
  note(): Promise<void>;
  forget(): Promise<void>;
}

/**
 * Noted in the data directory, where only workers write: what is beaten to Temporal can be written by anybody who may write to the namespace,
 * and would let a deployment pass that nobody approved.
 */
export function begunOf(
  { directory }: Pick<Deps, 'directory'>,
  { key, log }: EffectContext,
  { configuration }: StepRef,
  asked: unknown,
): Begun {
  const file = path.join(directory, 'begun', digestOf({ key, configuration, asked }));
  return {
    was: () =>
      access(file).then(
        () => true,
        () => false,
      ),
    // Where it can't be written down, a later attempt compares once more.
    note: () =>
      mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
        .then(() => writeFile(file, `${key}\n`, { mode: 0o600 }))
        .catch((error: unknown) => {
          log.warn('that it begins could not be noted', { error: String(error) });
        }),
    forget: () =>
      rm(file, { force: true }).catch((error: unknown) => {
        log.warn('that it has ended could not be noted', { error: String(error) });
      }),
  };
}
