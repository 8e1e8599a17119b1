import { describe, expect, it } from 'vitest';
import { inline, quoted } from '../../../src/domain/text/markdown.ts';

describe('text of others as one line', () => {
  it.each([
    ['a <b>bold</b> *claim*', 'a \\<b\\>bold\\</b\\> \\*claim\\*'],
    ['two\nlines', 'two lines'],
    ['# no heading', '\\# no heading'],
    ['a | b', 'a \\| b'],
    ['1. no list', '1\\. no list'],
    ['2) no list', '2\\) no list'],
    ['0.5 % of all', '0.5 % of all'],
  ])('%j', (text, line) => expect(inline(text)).toBe(line));
});

describe('Markdown of others, quoted', () => {
  it.each([
    ['# Shop v1.2.0\n\n## Highlights', '> **Shop v1.2.0**\n>\n> **Highlights**'],
    ['```sh\n# a comment\n```', '> ```sh\n> # a comment\n> ```'],
    ['a <b>tag</b> and <https://example.test>', '> a \\<b>tag\\</b> and <https://example.test>'],
    ['<!-- hidden -->', '> \\<!-- hidden -->'],
    ['#hashtag', '> #hashtag'],
  ])('%j', (text, shown) => expect(quoted(text)).toBe(shown));

  it('leaves what is escaped escaped, however many backslashes are before it', () => {
    expect(quoted('\\<b> \\\\<b> \\\\\\<b>')).toBe('> \\<b> \\\\\\<b> \\\\\\<b>');
  });
});
