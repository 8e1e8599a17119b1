import { describe, expect, it } from 'vitest';
import { amount, anyText, having, line, nullable, record } from '../../../src/domain/text/check.ts';

const own = (json: string): unknown => JSON.parse(json);

describe('what has to have some members, and may have more', () => {
  const known = having({ name: line(5), size: nullable(amount(0, 10)) });

  it.each([
    ['just these', { name: 'ada', size: 1.5 }],
    ['more', { name: '', size: null, more: { __proto__: null } }],
    ['more of what every object inherits', own('{"name":"a","size":1,"__proto__":1,"constructor":2}')],
  ])('fits: %s', (_, value) => {
    expect(known(value, 'it')).toEqual([]);
  });

  it.each([
    ['nothing', null, 'it must be one JSON object with name, size'],
    ['a list', [], 'it must be one JSON object with name, size'],
    ['text', 'ada', 'it must be one JSON object with name, size'],
    ['an inherited member', own('{"__proto__":{"name":"a","size":1}}'), 'it.name must be one line'],
    ['two lines', { name: 'a\nb', size: 1 }, 'it.name must be one line of at most 5 characters'],
    ['a long line', { name: 'abcdef', size: 1 }, 'it.name must be one line'],
    ['a number out of bounds', { name: 'a', size: 10.5 }, 'it.size must be a number from 0 to 10'],
    ['text for a number', { name: 'a', size: '1' }, 'it.size must be a number'],
    ['no number', { name: 'a', size: Number.NaN }, 'it.size must be a number'],
    ['a member that is left out', { name: 'a' }, 'it.size must be a number'],
  ])('does not fit: %s', (_, value, problem) => {
    expect(known(value, 'it')[0]).toContain(problem);
  });
});

describe('a record of what is alike', () => {
  const texts = record(anyText(3));

  it('fits whatever its members are called', () => {
    expect(texts({}, 'it')).toEqual([]);
    expect(texts(own('{"__proto__":"a","b":"c"}'), 'it')).toEqual([]);
  });

  it.each([
    ['a list', ['a']],
    ['nothing', null],
    ['one that is none', { a: 'a', b: 1 }],
    ['one of every object’s that is none', own('{"__proto__":{}}')],
    ['a name without end', { ['a'.repeat(201)]: 'a' }],
    ['a name of two lines', { 'a\nb': 'a' }],
  ])('does not fit: %s', (_, value) => {
    expect(texts(value, 'it')).toHaveLength(1);
  });
});
