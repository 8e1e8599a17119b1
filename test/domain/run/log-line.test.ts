import { expect, it } from 'vitest';
import { logLineOf } from '../../../src/domain/run/log-line.ts';

const line = (kind: string, summary: string, data: Record<string, unknown> = {}) => ({
  key: 'release/shop/v1.4.0/6a1f/7',
  run: 'release/shop/v1.4.0',
  product: 'shop',
  at: '2026-01-01T00:00:00.000Z',
  kind,
  summary,
  data,
});

it('says which step ended how, and where its output is', () => {
  const data = {
    step: 'staging.deploy',
    title: 'Deploy',
    phase: 'staging',
    state: 'succeeded',
    summary: '1.4.0 serves',
    attempts: 2,
    log: '/x/stdout',
  };
  expect(logLineOf(line('step', 'Deploy: succeeded', data))).toEqual({
    level: 'info',
    message: 'Deploy: succeeded: 1.4.0 serves',
    fields: {
      product: 'shop',
      kind: 'step',
      step: 'staging.deploy',
      state: 'succeeded',
      phase: 'staging',
      attempt: 2,
      output: '/x/stdout',
      record: '6a1f/7',
    },
  });
});

it.each([
  ['refused', { reason: 'bob may not' }, 'warn'],
  ['step', { state: 'failed' }, 'warn'],
  ['step', { state: 'cancelled' }, 'info'],
  ['ended', { outcome: 'succeeded' }, 'info'],
  ['ended', { outcome: 'rolled-back' }, 'warn'],
  ['decision', { by: 'alice', reason: 'a vote' }, 'info'],
  ['void', {}, 'warn'],
] as const)('%s %j is of level %s', (kind, data, level) => {
  expect(logLineOf(line(kind, 'x', data)).level).toBe(level);
});

it('leaves to the record what is long', () => {
  const { fields } = logLineOf(
    line('started', 'Release of shop started by alice', {
      input: { product: 'shop' },
      file: '/x/sluice.yaml',
      configuration: 'f'.repeat(64),
    }),
  );
  expect(fields).toEqual({ product: 'shop', kind: 'started', record: '6a1f/7', file: '/x/sluice.yaml' });
});
