import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commentLimit,
  messageKinds,
  parseMessage,
  severities,
  undecodableMark,
} from '../../../src/domain/run/messages.ts';
import type { MessageKind } from '../../../src/domain/run/messages.ts';

const fields = 'by, gate, comment, digest, choice, severity, cause, full, proof';
const parse = (payload: unknown, kind: MessageKind = 'comment') => parseMessage(kind, [payload]);
const long = (length: number) => 'x'.repeat(length);

describe('[PL-4] what people send, read', () => {
  it.each<[MessageKind, Record<string, unknown>, Record<string, unknown>]>([
    ['approve', { by: 'alice' }, { by: 'alice' }],
    ['approve', { by: '  alice\n' }, { by: 'alice' }],
    [
      'answer',
      { by: 'bob', gate: 'issue', choice: 'hotfix', comment: 'tomorrow' },
      { by: 'bob', gate: 'issue', choice: 'hotfix', comment: 'tomorrow' },
    ],
    ['approve', { by: 'bob', digest: 'abc' }, { by: 'bob', digest: 'abc' }],
    ['promote', { by: 'bob', full: true }, { by: 'bob', full: true }],
    ['promote', { by: 'bob', full: false }, { by: 'bob' }],
    ['approve', { by: 'bob', full: null }, { by: 'bob' }],
    ['approve', { by: 'bob', proof: { totp: '1' } }, { by: 'bob', proof: { totp: '1' } }],
    ['approve', { by: 'bob', proof: {} }, { by: 'bob', proof: {} }],
    // What is null or empty was not said.
    [
      'answer',
      { by: 'bob', gate: null, comment: '', digest: null, choice: '', severity: null, proof: null },
      { by: 'bob' },
    ],
    [
      'comment',
      { by: long(200), gate: long(200), comment: long(commentLimit) },
      { by: long(200), gate: long(200), comment: long(commentLimit) },
    ],
    ...severities.map((severity): [MessageKind, Record<string, unknown>, Record<string, unknown>] => [
      'comment',
      { by: 'bob', severity },
      { by: 'bob', severity },
    ]),
    ['abort', { by: 'bob', cause: 'decision' }, { by: 'bob', cause: 'decision' }],
    ['rollback', { by: 'bob', cause: 'fault' }, { by: 'bob', cause: 'fault' }],
  ])('%s %j', (kind, payload, value) => {
    expect(parse(payload, kind)).toEqual({ ok: true, value: { kind, ...value } });
  });

  it('comments may be 8,000 characters long', () => {
    expect(commentLimit).toBe(8_000);
  });
});

describe('[PL-4] what people send, refused', () => {
  const proofOf = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, 'x']));
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'nothing was sent; send one JSON object with at least "by"'],
    ['null', null, 'nothing was sent; send one JSON object with at least "by"'],
    ['a text', 'alice', 'a string was sent; send one JSON object'],
    ['a number', 7, 'a number was sent; send one JSON object'],
    ['a truth', true, 'a boolean was sent; send one JSON object'],
    ['bytes', new Uint8Array(3), 'bytes were sent; send one JSON object, encoding json/plain'],
    ['a list', [{ by: 'alice' }], 'a list was sent; send one JSON object'],
    [
      'what could not be decoded',
      { [undecodableMark]: 'unknown encoding' },
      'the payload could not be decoded (unknown encoding); send JSON, encoding json/plain',
    ],
    [
      'what could not be decoded, for a long reason',
      { [undecodableMark]: long(300) },
      `the payload could not be decoded (${long(200)}); send JSON, encoding json/plain`,
    ],
    [
      'what could not be decoded for no reason',
      { [undecodableMark]: 7 },
      'the payload could not be decoded (unknown); send JSON, encoding json/plain',
    ],
    ['an unknown field', { by: 'bob', gaet: 'x' }, `unknown field "gaet"; known are ${fields}`],
    [
      'a long unknown field',
      { by: 'bob', [long(100)]: 'x' },
      `unknown field "${long(80)}"; known are ${fields}`,
    ],
    ['nobody', {}, '"by" is missing: say who you are'],
    ['a blank name', { by: ' \n' }, '"by" is missing: say who you are'],
    ['a name that is null', { by: null }, '"by" is missing: say who you are'],
    ['a name that is a number', { by: 7 }, '"by" must be a text, it is a number'],
    ['a list of names', { by: ['bob'] }, '"by" must be a text, it is a list'],
    ['a gate that is an object', { by: 'bob', gate: {} }, '"gate" must be a text, it is a object'],
    ['a digest that is a number', { by: 'bob', digest: 123 }, '"digest" must be a text, it is a number'],
    ['a choice that is a truth', { by: 'bob', choice: true }, '"choice" must be a text, it is a boolean'],
    ['a comment that is a list', { by: 'bob', comment: [] }, '"comment" must be a text, it is a list'],
    ['a severity that is a number', { by: 'bob', severity: 1 }, '"severity" must be a text, it is a number'],
    ['a long name', { by: long(201) }, '"by" has 201 characters; 200 are allowed'],
    ['a long choice', { by: 'bob', choice: long(201) }, '"choice" has 201 characters; 200 are allowed'],
    [
      'a long comment',
      { by: 'bob', comment: long(8_001) },
      '"comment" has 8001 characters; 8000 are allowed',
    ],
    [
      'an unknown severity',
      { by: 'bob', severity: 'urgent' },
      '"severity" is "urgent"; it must be one of critical, high, medium, low',
    ],
    [
      'an unknown cause',
      { by: 'bob', cause: 'mood' },
      '"cause" is "mood"; it must be one of fault, decision',
    ],
    ['a cause of a comment', { by: 'bob', cause: 'fault' }, '"cause" only goes with abort and rollback'],
    ['no severity', { by: 'bob', severity: '' }, '"severity" is ""; it must be one of'],
    ['another spelling of one', { by: 'bob', severity: 'High' }, '"severity" is "High"; it must be one of'],
    ['full that is a text', { by: 'bob', full: 'yes' }, '"full" must be true or false'],
    ['a proof that is a text', { by: 'bob', proof: 'x' }, '"proof" must be an object of texts'],
    ['a proof that is a list', { by: 'bob', proof: ['x'] }, '"proof" must be an object of texts'],
    ['much proof', { by: 'bob', proof: proofOf(11) }, '"proof" has 11 entries; 10 are allowed'],
    [
      'a proof of a long name',
      { by: 'bob', proof: { [long(201)]: 'x' } },
      'a name in "proof" has 201 characters; 200 are allowed',
    ],
    [
      'a proof that is no text',
      { by: 'bob', proof: { [long(41)]: 7 } },
      `"proof.${long(40)}" must be a text of at most 8000 characters`,
    ],
    [
      'a long proof',
      { by: 'bob', proof: { totp: long(8_001) } },
      '"proof.totp" must be a text of at most 8000 characters',
    ],
  ])('%s', (_, payload, reason) => {
    expect(parse(payload)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('as much proof as is allowed is taken', () => {
    const proof = { ...proofOf(8), [long(200)]: 'x', y: long(8_000) };
    expect(parse({ by: 'bob', proof }, 'approve')).toMatchObject({ ok: true, value: { proof } });
  });

  it('several arguments', () => {
    expect(parseMessage('approve', [{ by: 'bob' }, 1])).toEqual({
      ok: false,
      reason: '2 arguments were sent; send one JSON object',
    });
    expect(parseMessage('approve', [])).toMatchObject({ ok: false });
  });

  it('full goes with promote, and with nothing else', () => {
    for (const kind of messageKinds)
      for (const full of [true, false])
        expect(parse({ by: 'bob', full }, kind)).toMatchObject(
          kind === 'promote' ? { ok: true } : { ok: false, reason: '"full" only goes with promote' },
        );
  });

  it('everything has an answer, and never an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...messageKinds), fc.array(fc.anything()), (kind, args) => {
        const parsed = parseMessage(kind, args);
        if (!parsed.ok) expect(parsed.reason).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  it('what is taken is what was said, and no more', () => {
    const some = fc.option(fc.string(), { nil: undefined });
    const payloads = fc.record({ by: fc.string({ minLength: 1 }), gate: some, comment: some, choice: some });
    fc.assert(
      fc.property(payloads, (payload) => {
        const parsed = parse(payload, 'answer');
        if (!parsed.ok) return;
        const said = Object.entries({ ...payload, by: payload.by.trim() }).filter(([, text]) => text);
        expect(parsed.value).toEqual({ kind: 'answer', ...Object.fromEntries(said) });
      }),
    );
  });
});
