import { describe, expect, it } from 'vitest';
import { parseCommit } from '../../../src/domain/changes/commits.ts';
import { dependencyEntries } from '../../../src/domain/changes/dependencies.ts';
import { facts, sameFacts } from '../../../src/domain/release/same-facts.ts';
import { buildReleaseNotes, renderReleaseNotes } from '../../../src/domain/changes/notes.ts';
import { commit, parsed } from './commit.ts';

const commits = [
  parseCommit(commit('feat(api)!: drop v1 (#9)', 'BREAKING CHANGE: /v1 is gone\n\nCall `/v2` instead.')),
  parseCommit(commit('fix(cart): handle <empty> `<T>` carts (#7)', 'Fixes #3', 'Grace', 'g@h')),
  parseCommit(commit('feat(cart): show totals (#12)', 'Co-authored-by: Grace <g@h>')),
  ...parsed('perf: answer faster', 'docs: nothing for users', 'Prose change (#13)'),
  parseCommit(commit('build(deps): bump left-pad from 1.0.0 to 1.1.0', '', 'dependabot[bot]', 'b@b')),
];
const notes = renderReleaseNotes(
  buildReleaseNotes({
    product: 'Shop',
    version: '2.0.0',
    date: '2026-03-01',
    commits,
    dependencies: [
      { name: 'pg', from: '^8.0.0', to: '^8.1.0' },
      { name: 'new', from: undefined, to: '1.0.0' },
      { name: 'old', from: '2.0.0', to: undefined },
    ],
  }),
);

describe('[RW-4] release notes', () => {
  it('have every section of the template, in its order', () => {
    expect(notes).toBe(`# Shop v2.0.0

Released: 2026-03-01

## Highlights

2 new features, 2 improvements and one bug fix, first of all: drop v1. One change is breaking: read the migration path before you update.

## New Features

- **Api**: Drop v1 (#9)
- **Cart**: Show totals (#12)

## Improvements

- Answer faster (${commits[3]?.sha.slice(0, 7) ?? ''})
- Prose change (#13)

## Bug Fixes

- Fixed: cart: handle \\<empty\\> \`<T>\` carts (#7, #3)

## Breaking Changes

- /v1 is gone (#9). Migration path: Call \`/v2\` instead.

## Dependencies

- Updated left-pad from 1.0.0 to 1.1.0 (${commits[6]?.sha.slice(0, 7) ?? ''})
- Added new 1.0.0
- Removed old 2.0.0
- Updated pg from ^8.0.0 to ^8.1.0

## Contributors

Thanks to everyone who contributed to this release!

- Ada
- Grace
`);
  });

  it('say None. where a section is empty', () => {
    const empty = renderReleaseNotes(
      buildReleaseNotes({
        product: 'Shop',
        version: '1.0.1',
        date: '2026-03-01',
        commits: [],
        dependencies: [],
      }),
    );
    expect(empty.match(/^None\.$/gm)).toHaveLength(5);
    expect(empty).toContain('## Highlights\n\nHousekeeping only');
    expect(empty.trimEnd().endsWith('Thanks to everyone who contributed to this release!')).toBe(true);
  });
});

describe('[RW-4] dependencies', () => {
  it('come from commits where no manifest tells', () => {
    const told = parsed(
      'build(deps): bump x from 1.1.0 to 1.2.0 (#4)',
      'build(deps): bump x from 1.0.0 to 1.1.0',
      'chore(deps): update dependency pg from 8.0.0 to v8.1.0 (#5)',
      'fix(deps): update dependency z to v3.0.0 (#6)',
    );
    expect(dependencyEntries([{ name: 'pg', from: '^8.0.0', to: '^8.1.0' }], told)).toEqual([
      'Updated pg from ^8.0.0 to ^8.1.0 (#5)',
      'Updated x from 1.0.0 to 1.2.0 (#4)',
      'update dependency z to v3.0.0 (#6)',
    ]);
  });

  it('are referred to by whatever names them', () => {
    const [commit] = parsed('chore: new money, at last (#7)');
    const change = { name: 'money', from: '^1.0.0', to: '^1.0.7' };
    expect(dependencyEntries([change], [], commit ? [commit] : [])).toEqual([
      'Updated money from ^1.0.0 to ^1.0.7 (#7)',
    ]);
    for (const other of parsed('chore: moneybag (#7)', 'chore: @acme/money (#7)', 'chore: pocket-money (#7)'))
      expect(dependencyEntries([change], [], [other])).toEqual(['Updated money from ^1.0.0 to ^1.0.7']);
  });
});

describe('[RW-4] an agent may change the prose but not the facts', () => {
  it('reads the facts', () => {
    expect(facts(notes)).toMatchObject({
      references: [
        'New Features: #9',
        'New Features: #12',
        'Improvements: #13',
        'Bug Fixes: #7',
        'Bug Fixes: #3',
        'Breaking Changes: #9',
      ],
      versions: expect.arrayContaining(['2.0.0', '8.0.0', '8.1.0']) as string[],
      dates: ['2026-03-01'],
      contributors: ['Ada', 'Grace'],
      breaking: ['1 breaking changes', '`/v2`'],
    });
  });

  it('accepts better words', () => {
    const better = notes
      .replace(
        /2 new features, [^\n]*/,
        'This release brings cart totals (#12) and retires the old API: read the migration path.',
      )
      .replace('Show totals (#12)', 'You now see what your cart costs, at every step (#12)')
      .replace(
        '- Fixed: cart: handle \\<empty\\> `<T>` carts (#7, #3)',
        '- Empty carts no longer crash the checkout (#3, #7)',
      );
    expect(sameFacts(notes, better)).toEqual({ same: true, differences: [] });
    expect(sameFacts(notes, notes).same).toBe(true);
  });

  it.each<[string, (text: string) => string]>([
    ['a lost pull request', (text) => text.replace('(#12)', '')],
    ['an invented issue', (text) => text.replace('(#13)', '(#13, #99)')],
    [
      'an invented issue in the highlights',
      (text) => text.replace('## Highlights\n\n', '## Highlights\n\nSee #98. '),
    ],
    [
      'a moved entry',
      (text) =>
        text
          .replace('- **Cart**: Show totals (#12)\n', '')
          .replace('- Prose change', '- Show totals (#12)\n- Prose change'),
    ],
    ['another version', (text) => text.replace('v2.0.0', 'v2.0.1')],
    ['another date', (text) => text.replace('2026-03-01', '2026-03-02')],
    ['another dependency version', (text) => text.replace('^8.1.0', '^8.2.0')],
    ['a lost dependency', (text) => text.replace('- Added new 1.0.0\n', '')],
    ['an invented contributor', (text) => `${text}- Mallory\n`],
    ['a lost contributor', (text) => text.replace('- Grace\n', '')],
    ['a lost section', (text) => text.replace('## Breaking Changes', '## Other Changes')],
    ['a hidden breaking change', (text) => text.replace(/- \/v1 is gone.*\n/, 'None.\n')],
    ['another migration command', (text) => text.replace('Call `/v2`', 'Call `/v3`')],
    ['an invented figure', (text) => text.replace('Answer faster', 'Answer 40 % faster')],
    ['an invented link', (text) => text.replace('Answer faster', 'Answer faster, see https://evil.test')],
    ['another commit', (text) => text.replace(/c0ffee\w/, 'deadbe1')],
    ['nothing at all', () => ''],
  ])('refuses %s', (_, change) => {
    const changed = change(notes);
    expect(changed).not.toBe(notes);
    const { same, differences } = sameFacts(notes, changed);
    expect(same).toBe(false);
    expect(differences.length).toBeGreaterThan(0);
  });
});
