import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gate, Vote } from '../../../src/domain/gates/gate.ts';
import {
  cannotBeReached,
  eligible,
  judgeGate,
  resolvePeople,
  stillNeeded,
} from '../../../src/domain/gates/gate.ts';

const vote = (by: string, choice = 'approve', comment?: string): Vote => ({
  by,
  choice,
  at: 1,
  ...(comment ? { comment } : {}),
});
const gate = (more: Partial<Gate> = {}): Gate => ({
  id: 'production',
  kind: 'approval',
  statement: 'Ready?',
  details: '',
  who: ['alice', 'bob', 'dora'],
  quorum: 2,
  choices: [],
  opened: 0,
  votes: [],
  ...more,
});

describe('[RW-8] whether a gate is decided', () => {
  it.each<[string, Partial<Gate>, number, ReturnType<typeof judgeGate>]>([
    ['nobody has said anything', {}, 5, { action: 'wait', until: undefined, reason: '2 more needed' }],
    [
      'not enough have approved',
      { votes: [vote('alice')] },
      5,
      { action: 'wait', until: undefined, reason: '1 more needed' },
    ],
    [
      'enough have',
      { votes: [vote('alice'), vote('bob')] },
      5,
      { action: 'decided', choice: 'approve', by: ['alice', 'bob'], reason: 'approved by alice, bob' },
    ],
    [
      'more than enough have',
      { quorum: 1, votes: [vote('alice'), vote('bob')] },
      5,
      { action: 'decided', choice: 'approve', by: ['alice', 'bob'], reason: 'approved by alice, bob' },
    ],
    [
      'one rejects, whoever approved before',
      { quorum: 3, votes: [vote('alice'), vote('bob', 'reject', 'not today')] },
      5,
      {
        action: 'decided',
        choice: 'reject',
        by: ['bob'],
        comment: 'not today',
        reason: 'reject by bob: not today',
      },
    ],
    [
      'one rejects though the quorum is there',
      { votes: [vote('alice'), vote('bob'), vote('dora', 'reject')] },
      5,
      { action: 'decided', choice: 'reject', by: ['dora'], reason: 'reject by dora' },
    ],
    [
      'of two choices the first counts',
      { kind: 'question', votes: [vote('bob', 'hotfix'), vote('dora', 'rollback')] },
      5,
      { action: 'decided', choice: 'hotfix', by: ['bob'], reason: 'hotfix by bob' },
    ],
    ['its time goes on', { expires: 6 }, 5, { action: 'wait', until: 6, reason: '2 more needed' }],
    [
      'its time is over, to the millisecond',
      { expires: 5 },
      5,
      { action: 'expired', reason: 'nobody decided gate production in time' },
    ],
    [
      'its time is over, and not enough have approved',
      { expires: 5, votes: [vote('alice')] },
      9,
      { action: 'expired', reason: 'nobody decided gate production in time' },
    ],
    [
      'what was decided in time stays decided',
      { expires: 5, votes: [vote('alice'), vote('bob')] },
      9,
      { action: 'decided', choice: 'approve', by: ['alice', 'bob'], reason: 'approved by alice, bob' },
    ],
    [
      'nobody is needed, and nobody has voted',
      { quorum: 0 },
      5,
      { action: 'wait', until: undefined, reason: '0 more needed' },
    ],
  ])('%s', (_, some, now, judgement) => {
    expect(judgeGate(gate(some), now)).toEqual(judgement);
  });

  it.each<[number, number | undefined]>([
    [0, 10],
    [9, 10],
    [10, 20],
    [19, 20],
    [20, 30],
    [29, 30],
  ])('at %i it is looked at again at %s', (now, until) => {
    const timed = gate({ remindAt: 10, escalateAt: 20, expires: 30 });
    expect(judgeGate(timed, now)).toMatchObject({ action: 'wait', until });
  });

  it('a gate that never expires waits for ever once people were reminded', () => {
    const patient = gate({ remindAt: 10, escalateAt: 20 });
    expect(judgeGate(patient, 1_000_000)).toMatchObject({ action: 'wait', until: undefined });
  });

  it('is looked at again later than now, or never', () => {
    const at = fc.option(fc.nat(100), { nil: undefined });
    fc.assert(
      fc.property(at, at, at, fc.nat(100), (remindAt, escalateAt, expires, now) => {
        const some = Object.fromEntries(
          Object.entries({ remindAt, escalateAt, expires }).filter(([, time]) => time !== undefined),
        );
        const judged = judgeGate(gate(some), now);
        if (judged.action === 'wait' && judged.until !== undefined) expect(judged.until).toBeGreaterThan(now);
        if (expires !== undefined) expect(judged.action).toBe(now < expires ? 'wait' : 'expired');
      }),
    );
  });
});

describe('[RW-8] who may decide', () => {
  it.each<[readonly string[], string | undefined, string[]]>([
    [['alice', 'bob'], undefined, ['alice', 'bob']],
    [['alice', 'bob'], 'carol', ['alice', 'bob']],
    [['alice', 'bob'], 'bob', ['alice']],
    [['alice', 'Bob'], ' bob ', ['alice']],
    [['bob', 'alice'], 'Bob', ['alice']],
    [[], 'bob', []],
  ])('%j without %j: %j', (who, excluded, able) => {
    expect(eligible(who, excluded)).toEqual(able);
  });

  it('groups stand for their people, each person once', () => {
    const groups = { leads: ['alice', 'bob'], ops: ['bob', 'dora'] };
    expect(resolvePeople(['leads', 'eve', 'ops', 'alice'], groups)).toEqual(['alice', 'bob', 'eve', 'dora']);
    expect(resolvePeople(['dora', 'Dora', ' DORA'], groups)).toEqual(['dora']);
    expect(resolvePeople([], groups)).toEqual([]);
  });

  it('a name that every object has is no group', () => {
    expect(resolvePeople(['constructor', 'toString', '__proto__'], {})).toEqual([
      'constructor',
      'toString',
      '__proto__',
    ]);
  });

  it('so many are missing as the quorum says, and never fewer than none', () => {
    expect(stillNeeded(gate())).toBe(2);
    expect(stillNeeded(gate({ votes: [vote('alice')] }))).toBe(1);
    expect(stillNeeded(gate({ votes: [vote('alice', 'reject')] }))).toBe(2);
    expect(stillNeeded(gate({ quorum: 1, votes: [vote('alice'), vote('bob')] }))).toBe(0);
  });
});

describe('[RW-8] an approval that could never be reached is known before any work is done', () => {
  const advice = 'name more people in approval.from, or let somebody else start it';
  it.each<[string, readonly string[], string | undefined, number, string | undefined]>([
    ['enough', ['alice', 'bob'], undefined, 2, undefined],
    ['enough without the starter', ['alice', 'bob'], 'carol', 2, undefined],
    ['more than enough', ['alice', 'bob'], undefined, 1, undefined],
    [
      'too few',
      ['alice'],
      undefined,
      2,
      `production needs 2 approvals, but only 1 may give one (alice): ${advice}`,
    ],
    [
      'too few without the starter',
      ['alice', 'Carol'],
      'carol',
      2,
      `production needs 2 approvals, but only 1 may give one (alice, without carol, who started this run): ${advice}`,
    ],
    [
      'two of three',
      ['alice', 'bob'],
      undefined,
      3,
      `production needs 3 approvals, but only 2 may give one (alice, bob): ${advice}`,
    ],
    [
      'nobody but the starter',
      ['carol'],
      'carol',
      1,
      `production needs 1 approval, but only 0 may give one (nobody, without carol, who started this run): ${advice}`,
    ],
    [
      'nobody at all',
      [],
      'carol',
      1,
      `production needs 1 approval, but only 0 may give one (nobody): ${advice}`,
    ],
  ])('%s', (_, who, excluded, quorum, problem) => {
    expect(cannotBeReached('production', who, excluded, quorum)).toBe(problem);
  });
});
