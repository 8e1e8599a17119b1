import { describe, expect, it } from 'vitest';
import { escapePromQl, fillIn } from '../../../src/adapters/metrics/fill-in.ts';

const places = { version: '1.0.0', slot: undefined };

describe('what is filled into a query', () => {
  it.each([
    ['up{v="{{version}}"}', { text: 'up{v="1.0.0"}' }],
    ['up{v="{{ version }}"} / up{v="{{version}}"}', { text: 'up{v="1.0.0"} / up{v="1.0.0"}' }],
    ['up{s="{{slot}}"}', { missing: 'slot' }],
    ['up{a="{b}"}', { text: 'up{a="{b}"}' }],
  ])('%s', (query, filled) => {
    expect(fillIn(query, places)).toEqual(filled);
  });

  // The configuration is refused with such a name; a run that began before it was may still have one.
  it('[BY-4] a name that nobody knows is an error of the provider, and no empty value', () => {
    expect(() => fillIn('up{v="{{versoin}}"}', places)).toThrow(
      '{{versoin}} is not known: write one of {{version}}, {{slot}}',
    );
  });

  it('a value ends no string of the query', () => {
    expect(fillIn('up{v="{{version}}"}', { version: 'a"} or up{b="' }, escapePromQl)).toEqual({
      text: 'up{v="a\\x22} or up{b=\\x22"}',
    });
  });
});
