import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gate, Vote } from '../../../src/domain/gates/gate.ts';
import { castVote } from '../../../src/domain/gates/gate.ts';
import type { Message, MessageKind } from '../../../src/domain/run/messages.ts';
import { messageKinds } from '../../../src/domain/run/messages.ts';

const digest = '0123456789abcdef'.repeat(4);
const approve = { id: 'approve', title: 'approve' };
const reject = { id: 'reject', title: 'reject' };
const vote = (by: string, choice = 'approve'): Vote => ({ by, choice, at: 5, digest });

const gate = (more: Partial<Gate> = {}): Gate => ({
  id: 'production',
  kind: 'approval',
  statement: 'Ready?',
  details: '',
  digest,
  who: ['alice', 'bob', 'Dora'],
  quorum: 2,
  excluded: 'carol',
  choices: [approve, reject],
  opened: 0,
  expires: 1_000,
  votes: [],
  ...more,
});
const known = ['alice', 'bob', 'Dora', 'carol', 'eve'];
const say = (message: Partial<Message>, at: Gate = gate(), now = 10) =>
  castVote(at, { kind: 'approve', by: 'alice', ...message }, known, now);

describe('[RW-8] a message that is counted', () => {
  it.each<[string, Partial<Message>, Partial<Gate>, string, Partial<Vote>]>([
    ['an approval of several', {}, {}, 'approved by alice; 1 more needed', { choice: 'approve' }],
    ['the last one', {}, { quorum: 1 }, 'approve by alice', {}],
    ['one after another', { by: 'bob' }, { votes: [vote('alice')] }, 'approve by bob', { by: 'bob' }],
    [
      'a rejection',
      { kind: 'reject', comment: 'no' },
      {},
      'reject by alice',
      { choice: 'reject', comment: 'no' },
    ],
    ['an answer', { kind: 'answer', choice: 'reject' }, {}, 'reject by alice', { choice: 'reject' }],
    ['a proof', { proof: { totp: '1' } }, { quorum: 1 }, 'approve by alice', { proof: { totp: '1' } }],
    ['in the last moment', {}, { expires: 11, quorum: 1 }, 'approve by alice', { at: 10 }],
  ])('%s', (_, message, some, reason, expected) => {
    const before = gate(some);
    const verdict = say(message, before);
    expect(verdict).toMatchObject({ accepted: true, reason });
    if (!verdict.accepted) return;
    const { votes, ...rest } = verdict.gate;
    expect({ ...rest, votes: votes.slice(0, -1) }).toEqual(before);
    expect(votes.at(-1)).toEqual({ by: 'alice', choice: 'approve', at: 10, digest, ...expected });
  });

  it('holds no more than was said, and the digest of what was decided', () => {
    const question = gate({ kind: 'question', choices: [{ id: 'retry', title: 'again' }] });
    const { digest: _, ...without } = question;
    const verdict = castVote(without, { kind: 'retry', by: 'bob', comment: '' }, known, 7);
    expect(verdict).toMatchObject({ accepted: true });
    expect(verdict.accepted && verdict.gate.votes).toEqual([{ by: 'bob', choice: 'retry', at: 7 }]);
  });

  it.each<[MessageKind, boolean]>([
    ['approve', true],
    ['reject', true],
    ['retry', true],
    ['rollback', true],
    ['abort', true],
    ['execute', true],
    ['promote', true],
    ['answer', false],
    ['pause', false],
    ['resume', false],
    ['comment', false],
  ])('%s chooses by its own name: %s', (kind, chooses) => {
    const choices = messageKinds.map((id) => ({ id, title: id }));
    const verdict = say({ kind }, gate({ choices, quorum: 1 }));
    expect(verdict).toMatchObject(
      chooses
        ? { accepted: true, gate: { votes: [{ choice: kind }] } }
        : {
            accepted: false,
            reason: `gate production wants a choice: ${messageKinds.join(', ')}`,
          },
    );
  });
});

describe('[RW-8] a message that is refused', () => {
  it.each<[string, Partial<Message>, Partial<Gate>, string]>([
    ['no choice', { kind: 'answer' }, {}, 'gate production wants a choice: approve, reject'],
    [
      'another choice',
      { kind: 'answer', choice: 'hotfix' },
      {},
      'gate production does not know "hotfix"; it takes approve, reject',
    ],
    ['a kind that it does not take', { kind: 'execute' }, {}, 'gate production does not know "execute"'],
    ['a stranger', { by: 'mallory' }, {}, 'mallory may not decide gate production; alice, bob, Dora may'],
    ['somebody known who is not asked', { by: 'eve' }, {}, 'eve may not decide gate production'],
    ['a name in another spelling', { by: 'dora' }, {}, 'dora may not decide gate production'],
    [
      'the starter',
      { by: 'carol' },
      { who: ['alice', 'carol'] },
      'carol started this run and may not decide gate production as well',
    ],
    ['a second vote of the same person', {}, { votes: [vote('alice')] }, 'alice has already decided gate'],
    [
      'a change of mind',
      { kind: 'reject' },
      { votes: [vote('alice')] },
      'alice has already decided gate production',
    ],
    ['the moment of its end', {}, { expires: 10 }, 'gate production has expired'],
    ['later', {}, { expires: 9 }, 'gate production has expired'],
    [
      'a vote after the quorum',
      { by: 'Dora' },
      { votes: [vote('alice'), vote('bob')] },
      'gate production is decided already: approved by alice, bob',
    ],
    [
      'a vote after a rejection',
      { by: 'bob' },
      { votes: [vote('alice', 'reject')] },
      'gate production is decided already: reject by alice',
    ],
  ])('%s', (_, message, some, reason) => {
    const verdict = say(message, gate(some));
    expect(verdict).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) as string });
    expect(verdict).not.toHaveProperty('gate');
  });

  it.each([
    ['Jos\u00e9', 'Jose\u0301'],
    ['Jose\u0301', 'Jos\u00e9'],
    ['\u212bke', '\u00c5ke'],
  ])('not of the same letters in another Unicode form: %j, %j', (configured, written) => {
    const one = gate({ who: [configured], quorum: 1 });
    expect(say({ by: written }, one)).toMatchObject({ accepted: true, gate: { votes: [{ by: written }] } });
    const two = gate({ who: [configured, 'bob'], votes: [vote(configured)] });
    expect(say({ by: written }, two)).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('has already decided') as string,
    });
  });

  it.each([
    ['Jos\u00e9', 'Jose'],
    ['alice', '\u0430lice'],
    ['alice', '\uff41lice'],
    ['alice', 'al\u200bice'],
    ['alice', 'Alice'],
    ['o\ufb03ce', 'office'],
  ])('a look-alike is somebody else: %j, %j', (configured, written) => {
    expect(say({ by: written }, gate({ who: [configured], quorum: 1 }))).toMatchObject({ accepted: false });
  });

  it('where nobody is named, everybody who is known may decide, and nobody else', () => {
    const open = gate({ who: [], quorum: 1 });
    expect(say({ by: 'eve' }, open)).toMatchObject({ accepted: true });
    expect(say({ by: 'mallory' }, open)).toMatchObject({ accepted: false });
    expect(castVote(open, { kind: 'approve', by: 'eve' }, [], 1)).toEqual({
      accepted: false,
      reason: 'eve may not decide gate production; nobody may',
    });
  });
});

describe('[BY-1] the one who started a run, in every spelling of the name', () => {
  it.each([
    ['carol', 'Carol'],
    ['Carol', 'carol'],
    ['carol', 'CAROL'],
    [' carol ', 'carol'],
    ['carol', ' carol'],
    ['carol b', 'Carol  B'],
    ['carol b', 'Carol\u00a0B'],
    ['carol', 'car\u200bol'],
    ['jos\u00e9', 'Jose\u0301'],
    ['carol', '\uff43\uff41\uff52\uff4f\uff4c'],
  ])('%j is %j, and may not approve', (excluded, by) => {
    expect(say({ by }, gate({ who: [by, 'alice'], excluded }))).toEqual({
      accepted: false,
      reason: `${by} started this run and may not decide gate production as well`,
    });
  });

  it.each([
    ['carol', 'caroline'],
    ['carol', 'carla'],
    ['carolb', 'carol b'],
  ])('%j is not %j, who may', (excluded, by) => {
    expect(say({ by }, gate({ who: [by, 'alice'], excluded }))).toMatchObject({ accepted: true });
  });

  it('may where the policy lets the starter', () => {
    const { excluded: _, ...open } = gate({ who: ['carol'] });
    expect(say({ by: 'carol' }, open)).toMatchObject({ accepted: true });
  });

  it('nobody makes two votes of one person by two spellings', () => {
    const twice = gate({ who: ['dora', 'Dora', 'bob'], votes: [vote('dora')] });
    expect(say({ by: 'Dora' }, twice)).toEqual({
      accepted: false,
      reason: 'Dora has already decided gate production',
    });
    expect(say({ by: 'bob' }, twice)).toMatchObject({ accepted: true, reason: 'approve by bob' });
  });
});

describe('[RW-8] the digest that a decision names', () => {
  const names = (said: string) => say({ digest: said }).accepted;
  it.each([
    ['all of it', digest, true],
    ['its first twelve digits', digest.slice(0, 12), true],
    ['with its kind before', `sha256:${digest.slice(0, 12)}`, true],
    ['in capitals', digest.slice(0, 12).toUpperCase(), true],
    ['its kind in the middle', `${digest.slice(0, 6)}sha256:${digest.slice(6, 14)}`, false],
    ['eleven digits', digest.slice(0, 11), false],
    ['eleven digits, made longer by its kind', `sha256:${digest.slice(0, 11)}`, false],
    ['one digit', digest.slice(0, 1), false],
    ['the kind alone', 'sha256:', false],
    ['the wrong one', 'f'.repeat(12), false],
    ['twelve digits, the last one wrong', `${digest.slice(0, 11)}0`, false],
    ['twelve digits from its middle', digest.slice(3, 15), false],
    ['more than all of it', `${digest}0`, false],
  ])('%s', (_, said, enough) => {
    expect(names(said)).toBe(enough);
  });

  it('that is wrong is told with what the gate is about', () => {
    expect(say({ digest: 'f'.repeat(64) })).toEqual({
      accepted: false,
      reason: 'the decision names digest ffffffffffff, but gate production is about 0123456789ab: look again',
    });
  });

  it('need not be named, and says nothing where the gate is about none', () => {
    const { digest: _, ...none } = gate();
    expect(say({}).accepted).toBe(true);
    expect(say({ digest: 'f' }, none).accepted).toBe(true);
  });

  it('is enough exactly from twelve true digits on', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{0,64}$/), fc.nat(64), (other, length) => {
        expect(names(digest.slice(0, length))).toBe(length >= 12);
        expect(names(other)).toBe(other.length >= 12 && digest.startsWith(other));
      }),
    );
  });
});
