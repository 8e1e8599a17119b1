import { describe, expect, it } from 'vitest';
import { excerpt } from '../../../src/domain/report/excerpt.ts';
import { renderReportMarkdown } from '../../../src/domain/report/markdown.ts';
import { buildReport } from '../../../src/domain/report/report.ts';
import { hostile, nasty, plain, rolledBack } from './fixture.ts';
import type { Account } from './fixture.ts';

const markdown = ({ lines, now }: Account): string =>
  renderReportMarkdown(buildReport({ run: lines[0]?.run ?? '', lines, now }));

/** Cells of all rows, where a pipe that is escaped is none. */
const widths = (text: string): Map<string, Set<number>> => {
  const tables = new Map<string, Set<number>>();
  let title = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) title = line;
    if (!line.startsWith('|')) continue;
    const cells = line.replace(/\\./g, '').split('|').length;
    tables.set(title, (tables.get(title) ?? new Set()).add(cells));
  }
  return tables;
};

describe('a report as Markdown', () => {
  it('says it all under its headings', () => {
    const text = markdown(rolledBack());
    expect(text.match(/^#+ .*$/gm)).toEqual([
      '# Release of shop v1.4.0: rolled-back',
      '## Rollback',
      '## Rollout',
      '### error-rate',
      '### latency',
      '### orders (dry run)',
      '## Decisions',
      '## Approvals and questions',
      '## Refused',
      '## What else happened',
      '## Checklist',
      '## Steps',
    ]);
    expect(text).toMatch(/^- \[x\] Approval – /m);
    expect(text).toMatch(/^- \[ \] Git tag created – it never came to it$/m);
    expect(text).toContain('Beyond a limit 5 times, first at 03:15:04 UTC.');
    expect(text).toContain('| 10 % | 14 | 0 | 0.487 % |');
    expect(text).toContain('| approve | mallory | mallory is not known to this product |');
  });

  it('of a release without a rollout has only what there is', () => {
    expect(markdown(plain()).match(/^#+ .*$/gm)).toEqual([
      '# Release of shop v1.3.2: succeeded',
      '## Checklist',
      '## Steps',
    ]);
  });

  it('stays what it is, whatever people wrote', () => {
    const text = markdown(hostile());
    expect(text).not.toMatch(/(?<!\\)<(?!https)/);
    expect(text).not.toContain('](<javascript:');
    expect(text).not.toMatch(/[\u202a-\u202e]/);
    for (const [title, cells] of widths(text)) expect([title, cells.size]).toEqual([title, 1]);
    expect(text.match(/^#+ /gm)).toHaveLength(13);
    expect(text).toContain('… (9600 more characters)');
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('an excerpt', () => {
  it.each([
    ['short', 10, 'short'],
    ['abcdef', 3, 'abc… (3 more characters)'],
    ['🚀🚀🚀', 2, '🚀🚀… (1 more characters)'],
    ['a\u0000b\u001b[31mc\u202ed', 20, 'a␀b␛[31mc⟨U+202E⟩d'],
    ['\ud800', 5, '\ufffd'],
  ])('%j', (text, limit, shown) => expect(excerpt(text, limit)).toBe(shown));

  it('of a long word is no longer than asked for, and what it counts', () => {
    expect(excerpt(nasty.long, 100)).toBe(`${'x'.repeat(100)}… (9900 more characters)`);
  });
});
