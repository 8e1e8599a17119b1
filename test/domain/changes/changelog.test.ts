import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changelogBlocks } from '../../../src/domain/changes/changelog-blocks.ts';
import { changelogIsCurrent, insertSection } from '../../../src/domain/changes/changelog.ts';
import { parseCommit } from '../../../src/domain/changes/commits.ts';
import { commit, parsed } from './commit.ts';

const blocks = [
  { title: 'Added', lines: ['- totals (#12)'] },
  { title: 'Fixed', lines: ['- crash (#3)'] },
];
const section = { version: '1.1.0', date: '2026-03-01', blocks };
const insert = (text: string | undefined) => insertSection(text, section);

describe('[RW-4] changelog', () => {
  it('begins a file where there is none', () => {
    for (const nothing of [undefined, '', '\n\n']) {
      expect(insert(nothing).text).toBe(
        '# Changelog\n\nWhat changed for the users of each version, newest first.\n\n## [1.1.0] - 2026-03-01\n\n### Added\n\n- totals (#12)\n\n### Fixed\n\n- crash (#3)\n',
      );
    }
  });

  it('puts the section in front of the older ones', () => {
    expect(insert('# Log\n\nWords.\n\n## 1.0.0\n\n- first\n').text).toBe(
      '# Log\n\nWords.\n\n## 1.1.0\n\n### Added\n\n- totals (#12)\n\n### Fixed\n\n- crash (#3)\n\n## 1.0.0\n\n- first\n',
    );
  });

  it('moves what people wrote under Unreleased, once, and keeps the heading', () => {
    const { text, section: written } = insert(
      '# Log\n\n## [Unreleased]\n\nA word of warning.\n\n### Fixed\n\n- The crash when empty (#3)\n  with details\n\n### Removed\n- old api\n\n## [1.0.0] - 2026-01-01\n\n- first\n',
    );
    expect(text).toBe(
      '# Log\n\n## [Unreleased]\n\n## [1.1.0] - 2026-03-01\n\nA word of warning.\n\n### Fixed\n\n- The crash when empty (#3)\n  with details\n\n### Removed\n\n- old api\n\n### Added\n\n- totals (#12)\n\n## [1.0.0] - 2026-01-01\n\n- first\n',
    );
    expect(written.startsWith('## [1.1.0]')).toBe(true);
  });

  it('keeps comparison links going, and CRLF line ends', () => {
    const { text } = insert(
      '# Log\r\n\r\n## [Unreleased]\r\n\r\n## [1.0.0]\r\n- first\r\n\r\n[unreleased]: https://x.test/compare/v1.0.0...HEAD\r\n[1.0.0]: https://x.test/v1.0.0\r\n',
    );
    expect(text).toContain(
      '[unreleased]: https://x.test/compare/v1.1.0...HEAD\r\n[1.1.0]: https://x.test/compare/v1.0.0...v1.1.0\r\n[1.0.0]: https://x.test/v1.0.0\r\n',
    );
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('with links only, writes in front of them', () => {
    expect(insert('# Log\n\n[a]: https://x.test\n').text).toMatch(
      /^# Log\n\n## \[1\.1\.0\][\s\S]*\n\n\[a\]: https:\/\/x\.test\n$/,
    );
    expect(insert('# Log\n\n## Unreleased\n\n- by hand\n\n[a]: https://x.test\n').text).toMatch(
      /- by hand\n[\s\S]*\n\n\[a\]: https:\/\/x\.test\n$/,
    );
  });

  it('takes headings in code for code', () => {
    const text = '# Log\n\n```md\n## [Unreleased]\n## [1.1.0]\n```\n\n## [1.0.0]\n\n- first\n';
    expect(insert(text).text).toContain('```\n\n## [1.1.0]\n\n### Added');
  });

  it.each(['## [1.1.0] - 2026-02-02', '## 1.1.0', '## v1.1.0', '## [v1.1.0](https://x.test) (2026-02-02)'])(
    'changes nothing where %s is there',
    (heading) => {
      const text = `# Log\n\n## [Unreleased]\n\n- next\n\n${heading}\n\n- mine\n\n## 1.0.0`;
      expect(insert(text)).toEqual({ text, changed: false, section: `${heading}\n\n- mine` });
    },
  );

  it('says so where there is nothing to tell', () => {
    expect(insertSection(undefined, { ...section, blocks: [] }).text).toContain(
      'No changes that users notice.',
    );
  });

  it('[RW-4] keeps every line of the old file, in order, and is idempotent', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '# Log',
        '## [Unreleased]',
        '## 1.0.0',
        '## [0.9.0] - 2025-01-01',
        '### Added',
        '- x (#12)',
        '- y',
        '```',
        '',
        '  deep',
        '[a]: https://x.test',
      ),
      fc.string({ maxLength: 20 }).filter((text) => !/[\r\n]/.test(text)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), fc.constantFrom('\n', '\r\n'), (lines, eol) => {
        const old = lines.join(eol);
        const { text } = insertSection(old, section);
        const now = text.split(/\r?\n/).map((entry) => entry.trim());
        let at = 0;
        for (const expected of lines.map((entry) => entry.trim()).filter((entry) => entry !== '')) {
          at = now.indexOf(expected, at) + 1;
          expect(at, `${expected} in ${JSON.stringify(text)}`).toBeGreaterThan(0);
        }
        expect(insertSection(text, section)).toMatchObject({ changed: false, text });
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes blocks of commits', () => {
    const breaking = parseCommit(commit('feat(api)!: drop v1 (#9)', 'Migration: call /v2'));
    expect(changelogBlocks([breaking, ...parsed('fix: a (#1)', 'docs: b', 'perf(db): faster')])).toEqual([
      { title: 'Breaking', lines: ['- **api**: drop v1 (#9). Migration: call /v2'] },
      { title: 'Changed', lines: [expect.stringMatching(/^- \*\*db\*\*: faster \(c0ffee0\)$/)] },
      { title: 'Fixed', lines: ['- a (#1)'] },
    ]);
  });

  it('tells what raises the version: updated dependencies, and each thing that breaks', () => {
    const [commitOf] = [
      parseCommit(
        commit('feat: a new basket (#9)', 'BREAKING CHANGE: sums in cents\nBREAKING CHANGE: no old basket'),
      ),
    ];
    const updates = parsed(
      'chore(deps): update money to 1.0.7 (#3)',
      'ci(deps): bump the checkout step from 4 to 5',
      'test(deps): bump runner from 1 to 2',
      'chore(deps-dev): bump linter from 1 to 2',
    );
    expect(changelogBlocks([commitOf, ...updates])).toEqual([
      {
        title: 'Breaking',
        lines: ['- a new basket (#9). sums in cents', '- a new basket (#9). no old basket'],
      },
      { title: 'Dependencies', lines: ['- update money to 1.0.7 (#3)'] },
    ]);
    const changed = [{ name: 'money', from: '^1.0.0', to: '^1.0.7' }];
    expect(changelogBlocks(parsed('chore: tidy'), changed)).toEqual([
      { title: 'Dependencies', lines: ['- Updated money from ^1.0.0 to ^1.0.7'] },
    ]);
  });

  it('follows what the product says of types', () => {
    const rules = {
      samples: { raises: 'none', section: 'Examples' },
      Docs: { raises: 'minor' },
      fix: { raises: 'none' },
    } as const;
    const ruled = ['samples: a (#1)', 'docs: b (#2)', 'fix: c (#3)', 'feat: d (#4)'].map((subject) =>
      parseCommit(commit(subject), rules),
    );
    expect(changelogBlocks(ruled)).toEqual([
      { title: 'Added', lines: ['- b (#2)', '- d (#4)'] },
      { title: 'Examples', lines: ['- a (#1)'] },
    ]);
  });

  it('[RW-2] knows whether it is current', () => {
    expect(changelogIsCurrent(undefined, '1.0.0').ok).toBe(true);
    expect(changelogIsCurrent('# Log\n', undefined).ok).toBe(true);
    expect(changelogIsCurrent('# Log\n## 1.0.0\n', '1.0.0').ok).toBe(true);
    expect(changelogIsCurrent('# Log\n## 1.0.0\n', '1.1.0')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('1.1.0') as string,
    });
  });
});
