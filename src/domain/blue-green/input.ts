import type { InputFrom } from '../flows/fields.ts';
import { byField, productField, text } from '../flows/fields.ts';

export const blueGreenFields = {
  product: productField('what to deploy'),
  ref: text('a branch, tag or commit; main where it is left out'),
  by: { ...byField, example: 'alice' },
} as const;

/** What starts a blue/green deployment: `{"product":"shop","ref":"main","by":"alice"}`. */
export type BlueGreenInput = InputFrom<typeof blueGreenFields>;
