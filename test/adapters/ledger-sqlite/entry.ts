import type { LedgerEntry } from '../../../src/activities/ports/records.ts';

/** One entry of the run that all writers of these tests share; kept apart from the contract, which needs vitest. */
export const ledgerEntry = (key: string): LedgerEntry => ({
  key,
  run: 'shared',
  product: 'shop',
  at: '2026-01-02T03:04:05.000Z',
  kind: 'step',
  summary: 'x'.repeat(2_000),
  data: {},
});
