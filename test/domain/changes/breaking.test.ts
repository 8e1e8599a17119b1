import { describe, expect, it } from 'vitest';
import { parseCommit } from '../../../src/domain/changes/commits.ts';
import { commit } from './commit.ts';

const read = (subject: string, body: string) => parseCommit(commit(subject, body));
const described = (subject: string, body: string) =>
  read(subject, body).breaking.map(({ description, migration }) =>
    migration === undefined ? description : `${description} => ${migration}`,
  );

describe('[RW-4] what breaks something', () => {
  it.each<[string, string, string[]]>([
    [
      'two footers are two entries',
      'BREAKING CHANGE: sums are whole numbers\nBREAKING CHANGE: carts are gone',
      ['sums are whole numbers', 'carts are gone'],
    ],
    ['two footers with a paragraph between', 'BREAKING CHANGE: a\n\nBREAKING-CHANGE: b', ['a', 'b']],
    [
      'each with its own way',
      'BREAKING CHANGE: a\nMigration: do A\nBREAKING CHANGE: b\nMigration: do B',
      ['a => do A', 'b => do B'],
    ],
    ['said twice it is one', 'BREAKING CHANGE: a\n\nBREAKING CHANGE: a', ['a']],
    ['in bold type', '**BREAKING CHANGE**: sums are whole numbers', ['sums are whole numbers']],
    ['in bold type with its colon', '**BREAKING CHANGE:** sums', ['sums']],
    ['as an item of a list', '* BREAKING CHANGE: sums', ['sums']],
    ['as an item in bold type', '- **BREAKING CHANGE**: sums', ['sums']],
    ['over several lines', 'BREAKING CHANGE: sums are\n  whole numbers', ['sums are whole numbers']],
    ['below its token', 'BREAKING CHANGE:\n\nsums are whole numbers', ['sums are whole numbers']],
    ["without a description it is the header's", 'BREAKING CHANGE:', ['x']],
    [
      'a trailer that nobody knows ends it',
      'BREAKING CHANGE: log in again.\nTicket: SHOP-7\nLink: https://shop.test/7',
      ['log in again.'],
    ],
    ['so does one with a number sign', 'BREAKING CHANGE: log in again.\nRefs #12', ['log in again.']],
    [
      'a next part of a squash ends it',
      '* fix!: this\n\nBREAKING CHANGE: the key is gone\n\n* test: on other systems\n\n* chore: words',
      ['the key is gone'],
    ],
    [
      'a part without a type as well',
      '* fix!: this\n\nBREAKING CHANGE: the key is gone\n\n* tidy up',
      ['the key is gone'],
    ],
    [
      'a list of what to do is no such part',
      'BREAKING CHANGE: the key is gone\n\n- make another\n- use it',
      ['the key is gone => - make another - use it'],
    ],
  ])('%s', (_, body, expected) => {
    const { doubts } = read('feat: x', body);
    expect(described('feat: x', body)).toEqual(expected);
    expect(doubts).toEqual([]);
  });

  it.each<[string, string]>([
    ['a quotation by indentation', 'So:\n\n    BREAKING CHANGE: what it is'],
    ['a quotation by a tabulator', '\tBREAKING CHANGE: what it is'],
    ['a quotation of a mail', '> BREAKING CHANGE: what it is'],
    ['a block of code', '```\nBREAKING CHANGE: what it is\n```'],
    ['a comment of a template', '<!-- say it so:\nBREAKING CHANGE: what it is\n-->'],
    ['a comment of one line', '<!-- BREAKING CHANGE: what it is -->'],
    ['in the middle of a line', 'No BREAKING CHANGE: this is'],
    ['a heading that nobody filled in', '## Breaking changes\n\nNone'],
    ['a sentence', 'Breaking changes are for later.'],
  ])('is not said by %s', (_, body) => {
    expect(read('docs: x', body)).toMatchObject({ breaking: [], doubts: [] });
  });

  it.each<[string, string]>([
    ['Breaking change: no', 'Breaking change: no'],
    ['## Checklist\nBreaking change: the key is gone', 'Breaking change: the key is gone'],
    ['BREAKING CHANGE: none', 'BREAKING CHANGE: none'],
    ['BREAKING CHANGE: N/A\n\nSigned-off-by: A <a@b>', 'BREAKING CHANGE: N/A'],
    ['BREAKING CHANGE\nSums are whole numbers.', 'BREAKING CHANGE'],
    ['BREAKING CHANGES: sums are whole numbers', 'BREAKING CHANGES: sums are whole numbers'],
    ['## Breaking changes\n\n- the key is gone', '## Breaking changes'],
    ['**Breaking changes**: the key', '**Breaking changes**: the key'],
  ])('%j breaks nothing, and is told', (body, doubt) => {
    expect(read('fix: x', body)).toMatchObject({ breaking: [], doubts: [doubt] });
  });

  it('code that is opened once and closed once hides nothing below', () => {
    expect(described('fix: x', '```\ncode\n```\n\nBREAKING CHANGE: gone')).toEqual(['gone']);
    expect(described('fix: x', '<!-- a -->\nBREAKING CHANGE: gone')).toEqual(['gone']);
  });

  it('code that is never closed hides nothing', () => {
    expect(described('fix: x', '```\ncode\n\nBREAKING CHANGE: gone')).toEqual(['gone']);
    expect(described('fix: x', '<!-- a\n\nBREAKING CHANGE: gone')).toEqual(['gone']);
  });

  it('a squash is what its title says; a part that says more is told', () => {
    expect(read('fix: x', '* fix: y\n\n* feat!: z')).toMatchObject({ breaking: [], doubts: ['* feat!: z'] });
    expect(read('fix: x', '* feat: z')).toMatchObject({ type: 'fix', doubts: ['* feat: z'] });
    expect(read('feat: x', '* feat: z')).toMatchObject({ doubts: [] });
    expect(read('fix!: x', '* feat!: z')).toMatchObject({ doubts: [] });
  });
});

describe('[RW-4] the message as it was written', () => {
  it('a byte order mark is no part of it', () => {
    expect(read('\uFEFFfeat: x', '')).toMatchObject({ type: 'feat', subject: 'x' });
  });
  it.each([
    ['samples: x', 'samples'],
    ['cart-api: x', 'cart-api'],
    ['feat: x', undefined],
    ['Words without a type', undefined],
    ["Merge branch 'x'", undefined],
    ['net/http: x', undefined],
  ])('%s has the unknown type %s', (subject, unknownType) => {
    expect(read(subject, '')).toMatchObject({ unknownType });
  });
});
