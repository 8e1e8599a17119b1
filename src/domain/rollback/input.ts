import type { CheckedInput } from '../flows/input.ts';
import { checkTexts } from '../flows/input.ts';

/** What starts a rollback outside any run (SI-11). A person can type it into the UI's start form: `{"product":"shop","by":"alice"}`. */
export interface RollbackInput {
  readonly product: string;
  /** `production` where it is left out. */
  readonly environment?: string;
  /** `previous` (the default), or a version such as `1.4.0`. */
  readonly version?: string;
  /** What is wrong, for the record. */
  readonly reason?: string;
  readonly by?: string;
}

const longest = { product: 200, environment: 200, version: 200, reason: 8_000, by: 200 } as const;

export function checkRollbackInput(input: unknown): CheckedInput<RollbackInput> {
  return checkTexts<RollbackInput>(input, longest, {
    example: { product: 'shop', by: 'alice' },
    missing: 'say what to roll back',
  });
}
