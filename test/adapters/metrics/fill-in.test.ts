import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapePromQl, fillIn, placesOf } from '../../../src/adapters/metrics/fill-in.ts';
import { baseline, canary } from './support.ts';

const where = { product: 'shop', environment: 'production' };

describe('fillIn', () => {
  it.each([
    ['up', 'up'],
    [
      'a{v="{{version}}",c="{{ commit }}",s="{{slot}}",p="{{product}}",e="{{environment}}"}',
      'a{v="2.0.0",c="c2",s="green",p="shop",e="production"}',
    ],
    ['{{version}}{{version}}', '2.0.02.0.0'],
    ['{version}', '{version}'],
  ])('fills %j in', (query, text) => {
    expect(fillIn(query, placesOf(where, canary))).toEqual({ text });
  });

  it.each(['{{versoin}}', '{{}}', '{{ $labels.x }}', '{{constructor}}', '{{Version}}'])(
    'refuses %s and says what there is',
    (query) => {
      expect(() => fillIn(query, placesOf(where, canary))).toThrow(
        /is not known: write one of {{version}}, /,
      );
    },
  );

  it('says what is not known of a version', () => {
    expect(fillIn('x{slot="{{slot}}"}', placesOf(where, baseline))).toEqual({ missing: 'slot' });
  });
});

describe('escapePromQl', () => {
  it('leaves what versions are made of as it is', () => {
    expect(escapePromQl('1.2.3-rc.1+build_5/ü')).toBe('1.2.3-rc.1+build_5/ü');
  });

  it('never ends a string of any quotes, and means the same in those that know escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const escaped = escapePromQl(value);
        expect(escaped).not.toMatch(/["'`\n]/);
        const read = escaped.replace(/\\x([0-9a-f]{2})/g, (_, code: string) =>
          String.fromCharCode(parseInt(code, 16)),
        );
        expect(read).toBe(value);
      }),
    );
  });
});
