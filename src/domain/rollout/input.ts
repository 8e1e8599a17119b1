import type { CheckedInput } from '../flows/input.ts';
import { checkTexts } from '../flows/input.ts';

/** What starts a rollout of a version that was released before. In the UI's start form: `{"product":"shop","version":"1.4.0"}`. */
export interface RolloutInput {
  readonly product: string;
  /** A version with a tag; the highest one where it is left out. */
  readonly version?: string;
  readonly by?: string;
}

const longest = { product: 200, version: 200, by: 200 } as const;

export function checkRolloutInput(input: unknown): CheckedInput<RolloutInput> {
  return checkTexts<RolloutInput>(input, longest, {
    example: { product: 'shop', version: '1.4.0' },
    missing: 'say what to roll out',
  });
}
