import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInput } from '../../../src/domain/flows/check-input.ts';
import {
  amount,
  byField,
  choice,
  flag,
  group,
  productField,
  text,
} from '../../../src/domain/flows/fields.ts';
import { flowNames, flowOf, flows } from '../../../src/domain/flows/registry.ts';
import { inputSchema } from '../../../src/domain/flows/schema.ts';
import { undecodableMark } from '../../../src/domain/run/messages.ts';

const fields = {
  product: productField('what to try'),
  how: choice('how', ['fast', 'slow']),
  dry: flag('only look'),
  share: amount('how much of the traffic', { least: 1, most: 100, whole: true }),
  limit: amount('how much it may cost', { least: 0, most: 9.5 }),
  seen: group(
    'what was seen',
    { commit: text('the commit', { required: true }), note: text('a note') },
    'as it was shown',
  ),
  by: byField,
} as const;

const problems = (input: unknown): readonly string[] => {
  const checked = checkInput(fields, input);
  return checked.ok ? [] : checked.problems;
};

describe('the check that follows from fields', () => {
  const whole = {
    product: 'shop',
    how: 'slow',
    dry: true,
    share: 5,
    limit: 0.5,
    seen: { commit: 'f00' },
    by: 'alice',
  };

  it('gives what was asked, and only that', () => {
    expect(checkInput(fields, whole)).toEqual({ ok: true, value: whole });
    expect(checkInput(fields, { product: 'shop', how: undefined })).toEqual({
      ok: true,
      value: { product: 'shop' },
    });
  });

  it.each<[unknown, string]>([
    [null, 'the input must be one JSON object, such as {"product":"shop"}'],
    [undefined, 'the input must be one JSON object, such as {"product":"shop"}'],
    ['shop', 'the input must be one JSON object, such as {"product":"shop"}'],
    [[{ product: 'shop' }], 'the input must be one JSON object, such as {"product":"shop"}'],
    [new Uint8Array(1e6), 'the input must be one JSON object, such as {"product":"shop"}'],
    [{ [undecodableMark]: 'broken' }, 'the input could not be decoded: send JSON, encoding json/plain'],
    [{}, '"product" is missing: say what to try'],
    [{ product: '' }, '"product" is missing: say what to try'],
    [Object.create({ product: 'shop' }), '"product" is missing: say what to try'],
    [{ product: '  ' }, '"product" must be a text of 1 to 200 characters'],
    [{ product: 'x'.repeat(201) }, '"product" must be a text of 1 to 200 characters'],
    [{ product: null }, '"product" must be a text of 1 to 200 characters'],
    [{ ...whole, how: 'soon' }, '"how" is "soon"; it must be one of fast, slow'],
    [{ ...whole, how: ['fast'] }, '"how" must be one of fast, slow'],
    [{ ...whole, dry: 'yes' }, '"dry" must be true or false'],
    [{ ...whole, share: 0 }, '"share" must be a whole number from 1 to 100'],
    [{ ...whole, share: 1e99 }, '"share" must be a whole number from 1 to 100'],
    [{ ...whole, share: 1.5 }, '"share" must be a whole number from 1 to 100'],
    [{ ...whole, share: '5' }, '"share" must be a whole number from 1 to 100'],
    [{ ...whole, limit: 9.6 }, '"limit" must be a number from 0 to 9.5'],
    [{ ...whole, limit: NaN }, '"limit" must be a number from 0 to 9.5'],
    [{ ...whole, seen: {} }, '"seen" must be {"commit":"…","note":"…"}, as it was shown'],
    [
      { ...whole, seen: { commit: 'f00', by: 'me' } },
      '"seen" must be {"commit":"…","note":"…"}, as it was shown',
    ],
    [{ ...whole, seen: [] }, '"seen" must be {"commit":"…","note":"…"}, as it was shown'],
    [
      JSON.parse('{"product":"shop","__proto__":{"by":"mallory"}}'),
      '"__proto__" is not a field of the input; known are product, how, dry, share, limit, seen, by',
    ],
  ])('%j is refused with the reason', (input, reason) => {
    expect(problems(input)).toEqual([reason]);
  });

  it('says every problem at once, and does not drown in them', () => {
    expect(problems({ constructor: 1, how: 7, by: {} })).toEqual([
      '"constructor" is not a field of the input; known are product, how, dry, share, limit, seen, by',
      '"product" is missing: say what to try',
      '"how" must be one of fast, slow',
      '"by" must be a text of 1 to 200 characters',
    ]);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field${i}`, i]));
    expect(problems({ product: 'shop', ...many })).toHaveLength(11);
    expect(problems({ product: 'shop', ['x'.repeat(1e6)]: 1 }).join().length).toBeLessThan(400);
  });

  it('asks the rules about the fields that are right by themselves, together with what is wrong', () => {
    const rules = ({ dry, share }: { dry?: boolean; share?: number }): string[] =>
      dry && share !== undefined ? ['who only looks shares nothing'] : [];
    expect(checkInput(fields, { ...whole, how: 'soon' }, rules)).toEqual({
      ok: false,
      problems: ['"how" is "soon"; it must be one of fast, slow', 'who only looks shares nothing'],
    });
    expect(checkInput(fields, { ...whole, share: 'all' }, rules)).toEqual({
      ok: false,
      problems: ['"share" must be a whole number from 1 to 100'],
    });
  });
});

describe('every flow', () => {
  const wish = (name: (typeof flowNames)[number]): fc.Arbitrary<Record<string, unknown>> =>
    fc.record(
      Object.fromEntries(
        Object.keys(flows[name].fields).map((field) => [
          field,
          fc.oneof(
            fc.constantFrom('shop', 'auto', '1.4.0', '', ' ', '__proto__', null, 7, {
              version: '1.0.0',
              commit: 'f00',
            }),
            fc.string({ maxLength: 300 }),
            fc.jsonValue(),
          ),
        ]),
      ),
      { requiredKeys: [] },
    );

  it.each(flowNames)('%s: the check and the schema agree on every input, but for what is blank', (name) => {
    const schema = inputSchema(name);
    fc.assert(
      fc.property(wish(name), (input) => {
        const checked = flowOf(name).check(input);
        const texts = [input, input['expected'] as Record<string, unknown> | undefined].flatMap((each) =>
          Object.values(each ?? {}),
        );
        const blank = texts.some((value) => typeof value === 'string' && value !== '' && value.trim() === '');
        const both = input['version'] !== undefined && input['bump'] !== undefined;
        if (!blank && !both) expect(schema.safeParse(input).success).toBe(checked.ok);
        if (checked.ok) expect(checked.value).toEqual(input);
      }),
      { numRuns: 500 },
    );
  });

  it.each(flowNames)('%s: whatever comes is answered, and nothing gets in that is no field', (name) => {
    const known = Object.keys(flows[name].fields);
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true }), (input) => {
        const checked = flowOf(name).check(input);
        if (checked.ok) expect(known).toEqual(expect.arrayContaining(Object.keys(checked.value)));
        else expect(checked.problems.join()).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
