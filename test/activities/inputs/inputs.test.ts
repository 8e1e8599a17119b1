import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputs } from '../../../src/activities/inputs/index.ts';
import { parsed } from '../../../src/activities/inputs/parsed.ts';
import { genuineRequests } from '../../attacks/support/requests.ts';

const digest = 'd'.repeat(64);
const genuine: Readonly<Record<string, readonly unknown[]>> = genuineRequests(digest, 'c'.repeat(40));
const schemas: Readonly<Record<string, z.ZodType>> = inputs;
const names = Object.keys(inputs);
const fits = (name: string, args: readonly unknown[]): boolean =>
  schemas[name]?.safeParse(JSON.parse(JSON.stringify(args))).success ?? false;

describe.each(names)('%s', (name) => {
  const args = genuine[name] ?? [];
  const [ref, asked] = args as [Record<string, unknown>, Record<string, unknown> | undefined];
  it('takes what runs ask for', () => {
    expect(schemas[name]?.safeParse(args)).toMatchObject({ success: true });
  });

  it('takes nothing more than that', () => {
    expect(fits(name, [...args, { environment: {} }, 'more'])).toBe(false);
    if (typeof asked === 'object' && !Array.isArray(asked))
      expect(fits(name, [ref, { ...asked, config: {} }, ...args.slice(2)])).toBe(false);
  });

  it.runIf(typeof ref === 'object' && 'step' in ref)(
    'belongs to a step of a product and its configuration',
    () => {
      for (const change of [
        { configuration: 'latest' },
        { configuration: { product: 'shop' } },
        { product: '__proto__' },
        { product: '../shop' },
        { step: '../../etc' },
        { run: 'a/b' },
        { try: 1e99 },
        { try: '1' },
        { more: 1 },
      ])
        expect(fits(name, [{ ...ref, ...change }, ...args.slice(1)]), JSON.stringify(change)).toBe(false);
    },
  );
});

describe('names', () => {
  const target = { product: 'shop', environment: 'production', version: '1.0.0', commit: 'c'.repeat(40) };
  const ref = genuine['retire']?.[0];
  it.each([
    ['environment', '__proto__'],
    ['environment', '../production'],
    ['environment', null],
    ['environment', { script: {} }],
    ['version', '../../1.0.0'],
    ['version', '1.0.0\n'],
    ['commit', 'HEAD'],
    ['commit', '--upload-pack=touch'],
    ['weight', 1e99],
    ['weight', '50'],
  ])('%s is never %j', (key, value) => {
    expect(fits('retire', [ref, { target }])).toBe(true);
    expect(fits('retire', [ref, { target: { ...target, [key]: value } }])).toBe(false);
  });

  it.each(['-n', '--force', 'main..evil', 'a b', 'a:b', '/main', 'a@{1}', 'a\nb', 'a~1', 'a^', '*'])(
    'a branch is never %j',
    (branch) => {
      const [first, asked] = genuine['deleteReleaseBranch'] as [object, object];
      expect(fits('deleteReleaseBranch', [first, { ...asked, branch }])).toBe(false);
    },
  );

  it('a member that every object inherits is no member', () => {
    const own = JSON.parse(`{"__proto__":{"target":1},"target":${JSON.stringify(target)}}`) as object;
    expect(fits('retire', [ref, own])).toBe(false);
  });
});

describe('an activity', () => {
  const activities = {
    double: (value: number): number => value * 2,
  };
  it('is called with what was parsed', () => {
    expect(parsed({ double: z.tuple([z.number()]) }, activities).double(2)).toBe(4);
  });

  it('is not called with anything else, and not tried again', () => {
    const { double } = parsed({ double: z.tuple([z.number().max(10)]) }, activities);
    for (const value of [11, 'two', null, Number.NaN])
      try {
        double(value as number);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(ApplicationFailure);
        expect(error).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
      }
  });

  it('can’t be registered without a schema, nor with one of something else', () => {
    // @ts-expect-error there is none
    expect(() => parsed({}, activities).double(2)).toThrow();
    // @ts-expect-error it says something else
    expect(() => parsed({ double: z.tuple([z.string()]) }, activities).double(2)).toThrow('invalid input');
  });
});
