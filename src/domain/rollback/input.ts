import type { InputFrom } from '../flows/fields.ts';
import { rollbackCauses } from './cause.ts';
import { byField, choice, productField, text } from '../flows/fields.ts';

export const rollbackFields = {
  product: productField('what to roll back'),
  environment: text('production where it is left out', { flag: { value: 'name' } }),
  version: text('previous, the default, or a version that was released'),
  reason: text('what is wrong, for the record', {
    longest: 8_000,
    flag: { name: 'comment', value: 'text' },
  }),
  cause: choice(
    'whether the version is bad, or nothing is wrong with it and people want it otherwise',
    rollbackCauses,
    {
      flag: { value: 'cause' },
    },
  ),
  by: { ...byField, example: 'alice' },
} as const;

/** What starts a rollback outside any run (SI-11). A person can type it into the UI's start form: `{"product":"shop","by":"alice"}`. */
export type RollbackInput = InputFrom<typeof rollbackFields>;
