import type { InputFrom } from '../flows/fields.ts';
import { byField, productField, text } from '../flows/fields.ts';

export const rolloutFields = {
  product: productField('what to roll out'),
  version: text('a version that was released before; the highest one where it is left out', {
    example: '1.4.0',
  }),
  by: byField,
} as const;

/** What starts a rollout of a version that was released before. In the UI's start form: `{"product":"shop","version":"1.4.0"}`. */
export type RolloutInput = InputFrom<typeof rolloutFields>;
