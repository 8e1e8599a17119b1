import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInquiry } from '../../../src/domain/flows/inquiry.ts';
import { flowWords } from '../../../src/domain/flows/registry.ts';
import { undecodableMark } from '../../../src/domain/run/messages.ts';

const problems = (question: unknown): readonly string[] => {
  const checked = checkInquiry(question);
  return checked.ok ? [] : checked.problems;
};

describe('a question to the workers', () => {
  it.each<[unknown]>([
    [{ kind: 'products' }],
    [{ kind: 'preview', flow: 'release', input: { product: 'shop' } }],
    [{ kind: 'history', limit: 1 }],
    [{ kind: 'history', limit: 10_000, product: 'shop', environment: 'production' }],
    [{ kind: 'beyond', product: 'shop', commit: 'a'.repeat(40) }],
    [{ kind: 'account', run: 'release/shop/v1.4.0' }],
    [{ kind: 'account', run: 'release/shop/v1.4.0', from: 0 }],
  ])('%j is taken as it is', (question) => {
    expect(checkInquiry(question)).toEqual({ ok: true, value: question });
  });

  it('names a flow by its workflow type or as people call it, and leaves its input to the flow', () => {
    for (const flow of ['blueGreen', 'blue-green'])
      expect(checkInquiry({ kind: 'preview', flow, input: null })).toEqual({
        ok: true,
        value: { kind: 'preview', flow: 'blueGreen', input: null },
      });
  });

  const noQuestion =
    'the question must be one JSON object, and its "kind" one of products, preview, history, beyond, account';
  const flows = `"flow" must be one of ${flowWords.join(', ')}`;
  const limit = '"limit" must be a whole number from 1 to 10000';
  it.each<[unknown, string]>([
    [null, noQuestion],
    [undefined, noQuestion],
    ['products', noQuestion],
    [[{ kind: 'products' }], noQuestion],
    [{}, noQuestion],
    [{ kind: 'everything' }, noQuestion],
    [{ kind: '__proto__' }, noQuestion],
    [{ kind: ['products'] }, noQuestion],
    [Object.create({ kind: 'products' }), noQuestion],
    [{ [undecodableMark]: 'no JSON' }, noQuestion],
    [{ kind: 'preview', flow: 'constructor', input: {} }, flows],
    [{ kind: 'preview', flow: 7, input: {} }, '"flow" must be a text of 1 to 200 characters'],
    [{ kind: 'preview', input: {} }, '"flow" is missing: say which flow'],
    [{ kind: 'history' }, '"limit" is missing: say how many rows at most'],
    [{ kind: 'history', limit: 1e99 }, limit],
    [{ kind: 'history', limit: 'ten' }, limit],
    [{ kind: 'history', limit: null }, limit],
    [{ kind: 'history', limit: 0 }, limit],
    [{ kind: 'history', limit: 1.5 }, limit],
    [{ kind: 'history', limit: 5, product: {} }, '"product" must be a text of 1 to 200 characters'],
    [
      { kind: 'history', limit: 5, since: 'ever' },
      '"since" is not a field of the input; known are kind, product, environment, limit',
    ],
    [{ kind: 'beyond', product: 'shop' }, '"commit" is missing: say beyond which commit, by its full hash'],
    [{ kind: 'account', run: 'x', from: -1 }, '"from" must be a whole number from 0 to 1000000000'],
    [{ kind: 'account', run: 'x'.repeat(2_000) }, '"run" must be a text of 1 to 1000 characters'],
  ])('%j is refused with the reason', (question, reason) => {
    expect(problems(question)).toEqual([reason]);
  });

  it('has an answer for whatever comes, with a reason or without anything that nobody knows', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (question) => {
        const checked = checkInquiry(question);
        if (!checked.ok) expect(checked.problems.join()).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
