import { describe, expect, test } from 'vitest';
import { approvalTerms, approversOf } from '../../../src/domain/gates/approval-terms.ts';

const hour = 3_600_000;
const policy = {
  from: ['ops', 'dora'],
  quorum: 2,
  allowStarter: false,
  expires: 72 * hour,
  remindAfter: 24 * hour,
  escalateAfter: 48 * hour,
  escalateTo: ['boss'],
  proof: 'none',
} as const;
const mutable = { ...policy, from: [...policy.from], escalateTo: [...policy.escalateTo] };
const groups = { ops: ['alice', 'bob'], others: ['eve'] };

describe('the terms of an approval', () => {
  test('are those of the policy, with its groups as people', () => {
    expect(approvalTerms(mutable, groups, 'alice')).toEqual({
      who: ['alice', 'bob', 'dora'],
      quorum: 2,
      excluded: 'alice',
      remindAfter: 24 * hour,
      escalateAfter: 48 * hour,
      escalateTo: ['boss'],
      expiresAfter: 72 * hour,
    });
  });

  test('shut the starter out only where the policy does', () => {
    expect(approvalTerms({ ...mutable, allowStarter: true }, groups, 'alice')).not.toHaveProperty('excluded');
  });

  test('without a policy: anybody who is known, one of them, without a limit', () => {
    expect(approvalTerms(undefined, groups, 'alice')).toEqual({ who: [], quorum: 1 });
  });
});

describe('those who may approve', () => {
  test.each([
    ['without the starter', mutable, 'alice', ['bob', 'dora']],
    ['in whatever spelling the starter came', mutable, ' ALICE', ['bob', 'dora']],
    [
      'with the starter where that is allowed',
      { ...mutable, allowStarter: true },
      'alice',
      ['alice', 'bob', 'dora'],
    ],
    ['all of them where somebody else started it', mutable, 'zoe', ['alice', 'bob', 'dora']],
    ['nobody where there is no policy', undefined, 'alice', []],
  ])('%s', (_, given, starter, expected) => {
    expect(approversOf(given, groups, starter)).toEqual(expected);
  });
});
