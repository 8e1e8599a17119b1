import type { CheckedInput } from '../flows/input.ts';
import { checkTexts } from '../flows/input.ts';

/** What starts a blue/green deployment: `{"product":"shop","ref":"main","by":"alice"}`. */
export interface BlueGreenInput {
  readonly product: string;
  /** A branch, tag or commit; the main branch where it is left out. */
  readonly ref?: string;
  readonly by?: string;
}

const longest = { product: 200, ref: 200, by: 200 } as const;

export function checkBlueGreenInput(input: unknown): CheckedInput<BlueGreenInput> {
  return checkTexts<BlueGreenInput>(input, longest, {
    example: { product: 'shop', by: 'alice' },
    missing: 'say what to deploy',
  });
}
