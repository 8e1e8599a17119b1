import type { EffectOutcome } from '../../../src/domain/run/effect-outcome.ts';

export const done = <T>(summary: string, value?: T): EffectOutcome<T> => ({
  ok: true,
  summary,
  ...(value === undefined ? {} : { value }),
});

export const fails = (summary: string): EffectOutcome => ({ ok: false, summary });

export const unknown = (summary = 'the host is gone'): EffectOutcome => ({
  ok: false,
  unknown: true,
  summary,
});
