import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedIssues, parseCommit } from '../../../src/domain/changes/commits.ts';
import { commit } from './commit.ts';

describe('parseCommit', () => {
  it.each([
    ['feat: add totals', { type: 'feat', scope: undefined, subject: 'add totals', pr: undefined }],
    ['feat(cart): add totals (#12)', { type: 'feat', scope: 'cart', subject: 'add totals', pr: 12 }],
    ['Feature(cart ui): Add totals', { type: 'feat', scope: 'cart ui', subject: 'Add totals' }],
    ['bugfix: x', { type: 'fix', subject: 'x' }],
    ['fix():  spaces ', { type: 'fix', scope: undefined, subject: 'spaces' }],
    ['Add totals (#12)', { type: 'other', subject: 'Add totals', pr: 12 }],
    ['note: this is prose', { type: 'other', subject: 'note: this is prose' }],
    ['constructor: x', { type: 'other', subject: 'constructor: x' }],
    ['feat:no space', { type: 'other' }],
    ['', { type: 'other' }],
    ['(#12)', { type: 'other', subject: '(#12)', pr: 12 }],
  ])('%j', (subject, expected) => {
    expect(parseCommit(commit(subject))).toMatchObject(expected);
  });

  it.each([
    ['feat!: drop node 18', '', { description: 'drop node 18', migration: undefined }],
    [
      'feat(api)!: drop v1',
      'Migration: call /v2 instead.\nThen restart.',
      { description: 'drop v1', migration: 'call /v2 instead. Then restart.' },
    ],
    [
      'fix: x',
      'text\n\nBREAKING CHANGE: the field is gone\n\nUse `total` instead, see #12.\n\nSigned-off-by: Ada <a@b>',
      { description: 'the field is gone', migration: 'Use `total` instead, see #12.' },
    ],
    [
      'fix: x',
      'BREAKING-CHANGE: gone. Migration path: rename it\nCloses #3',
      { description: 'gone. Migration path: rename it', migration: undefined },
    ],
    [
      'other words',
      'BREAKING CHANGE: gone\nTo migrate: rename it',
      { description: 'gone', migration: 'rename it' },
    ],
  ])('breaking: %j %j', (subject, body, breaking) => {
    expect(parseCommit(commit(subject, body)).breaking).toEqual([breaking]);
  });

  it('is not breaking because a text mentions the words', () => {
    expect(
      parseCommit(
        commit(
          'docs: what a breaking change is',
          'A BREAKING CHANGE would be bad.\nBREAKING CHANGES are rare',
        ),
      ).breaking,
    ).toEqual([]);
  });

  it('reads issues that are closed, and only those', () => {
    expect(
      closedIssues(
        'fixes #3, #4 and #5; Closes: #6. See #7, fixes the one of #8, prefixes #9, fixes #10x resolved #3',
      ),
    ).toEqual([3, 4, 5, 6]);
  });

  it('reads merges of pull requests', () => {
    expect(parseCommit(commit('Merge pull request #12 from ada/totals', 'feat(cart): totals'))).toMatchObject(
      { type: 'feat', scope: 'cart', subject: 'totals', pr: 12, merge: false },
    );
    expect(parseCommit(commit('Merge pull request #12 from ada/totals', 'Totals'))).toMatchObject({
      merge: true,
    });
    expect(parseCommit(commit("Merge branch 'main' into x"))).toMatchObject({ merge: true });
    expect(parseCommit(commit('Merge the two carts'))).toMatchObject({ merge: false, type: 'other' });
  });

  it('names co-authors', () => {
    expect(
      parseCommit(commit('feat: x', 'text\n\nCo-authored-by: Grace <g@h>\nco-authored-by: broken')).authors,
    ).toEqual([
      { name: 'Ada', email: 'ada@example.org' },
      { name: 'Grace', email: 'g@h' },
    ]);
  });

  it('takes any message, quickly', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (subject, body) => {
          const parsed = parseCommit(commit(subject, body));
          expect(parsed.type).not.toBe('');
        },
      ),
      { numRuns: 300 },
    );
    const started = performance.now();
    for (const text of [
      'a'.repeat(1e6),
      '#'.repeat(1e6),
      'fix '.repeat(2e5),
      ' '.repeat(1e6),
      '-a-\n'.repeat(1e5),
      '-notes-\nx\n-references-\ny',
      'fixes #1'.padEnd(1e6, ', #1'),
      'BREAKING CHANGE: x\n'.repeat(1e4),
    ])
      parseCommit(commit(`feat: ${text.slice(0, 5_000)}`, text));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
