import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headingLike } from '../../../src/domain/changes/changelog-form.ts';
import { changelogDoubt, changelogIsCurrent, insertSection } from '../../../src/domain/changes/changelog.ts';

const blocks = [{ title: 'Fixed', lines: ['- a fix (#3)'] }];
const section = { version: '2.1.0', date: '2026-03-01', blocks };
const insert = (text: string) => insertSection(text, section).text;

describe('[RW-4] a changelog in a form of its own', () => {
  it.each<[string, string, string]>([
    [
      'the newest version at level 1, with links, stars and words of its own',
      '# History\n\n# [2.0.0](https://x.test/compare/v1.9.0...v2.0.0) (2026-02-01)\n\n\n### Features\n\n* big\n\n## [1.9.0](https://x.test/compare/v1.8.0...v1.9.0) (2026-01-01)\n\n\n### Bug Fixes\n\n* small\n',
      '# [2.1.0](https://x.test/compare/v2.0.0...v2.1.0) (2026-03-01)\n\n### Fixed\n\n* a fix (#3)\n\n',
    ],
    [
      'the words of the newest version',
      '# History\n\n## 2.0.0 (2026-02-01)\n\n### Bug Fixes\n\n* small\n',
      '## 2.1.0 (2026-03-01)\n\n### Bug Fixes\n\n* a fix (#3)\n\n',
    ],
    ['level 3', '### v2.0.0\n\n- x\n', '### v2.1.0\n\n#### Fixed\n\n- a fix (#3)\n\n'],
    [
      'underlined headings',
      'History\n=======\n\n2.0.0 / 2026-02-01\n------------------\n\n  * x\n\n1.9.0 / 2026-01-01\n------------------\n',
      '2.1.0 / 2026-03-01\n------------------\n\n### Fixed\n\n- a fix (#3)\n\n',
    ],
    [
      'a template in a comment',
      '# Log\n\n<!-- for the next one:\n## [Unreleased]\n### Added\n- ...\n-->\n\n## [2.0.0] - 2026-02-01\n\n- x\n',
      '## [2.1.0] - 2026-03-01\n\n### Fixed\n\n- a fix (#3)\n\n',
    ],
    [
      'headings that are no versions',
      '# Log\n\nWords.\n\n## First light\n\n- x\n\n## Before\n\n- y\n',
      '## [2.1.0] - 2026-03-01\n\n### Fixed\n\n- a fix (#3)\n\n',
    ],
  ])('%s: the rest stays byte for byte', (_, text, written) => {
    const now = insert(text);
    const at = now.indexOf(written);
    expect(at).toBeGreaterThanOrEqual(0);
    expect(`${now.slice(0, at)}${now.slice(at + written.length)}`).toBe(text);
    expect(insertSection(now, section)).toMatchObject({ changed: false, text: now });
  });

  it('a byte order mark stays in front', () => {
    expect(insert('\uFEFF## 2.0.0\n')).toBe('\uFEFF## 2.1.0\n\n### Fixed\n\n- a fix (#3)\n\n## 2.0.0\n');
    expect(insert('\uFEFF')).toMatch(/^\uFEFF# Changelog\n/);
  });

  it('above the newest, and never in a section of before', () => {
    const now = insert('# Log\n\n# 2.0.0\n\n### Added\n\n- x\n\n# 1.0.0\n\n- y\n');
    expect(now).toBe(
      '# Log\n\n# 2.1.0\n\n### Fixed\n\n- a fix (#3)\n\n# 2.0.0\n\n### Added\n\n- x\n\n# 1.0.0\n\n- y\n',
    );
  });

  it('with the oldest on top it goes to the end, and that is told', () => {
    const text = '# Log\n\n## 1.0.0\n\n- x\n\n## 2.0.0\n\n- y\n';
    expect(insert(text)).toBe(`${text}\n## 2.1.0\n\n### Fixed\n\n- a fix (#3)\n`);
    expect(changelogDoubt(text)).toContain('oldest version on top');
    expect(changelogDoubt('# Log\n\n## First light\n')).toContain('above "First light"');
    for (const plain of [undefined, '', '# Log\n', '# Log\n\n## 1.0.0\n', '## Unreleased\n'])
      expect(changelogDoubt(plain)).toBeUndefined();
  });
});

describe('[RW-4] what is not released yet', () => {
  it('ends where a version begins, also at a level above', () => {
    expect(
      insert(
        '# Log\n\n## Unreleased\n\n### Added\n\n- By hand (#50).\n\n# 2.0.0 (January 2nd, 2026)\n\n### Added\n\n- Old (#40)\n',
      ),
    ).toBe(
      '# Log\n\n## Unreleased\n\n# 2.1.0 (March 1st, 2026)\n\n### Added\n\n- By hand (#50).\n\n### Fixed\n\n- a fix (#3)\n\n# 2.0.0 (January 2nd, 2026)\n\n### Added\n\n- Old (#40)\n',
    );
  });

  it.each([
    '## [Unreleased] - ReleaseDate',
    '## Unreleased changes',
    '## [Unreleased](https://x.test/compare/v2.0.0...main)',
    '## UNRELEASED',
    '## Not released yet',
    '## Next release',
    '## Upcoming',
  ])('%s', (heading) => {
    const now = insert(`${heading}\n\n### Fixes\n\n- once\n\n## [2.0.0] - 2026-02-01\n\n- x\n`);
    expect(now).toBe(
      `${heading}\n\n## [2.1.0] - 2026-03-01\n\n### Fixes\n\n- once\n- a fix (#3)\n\n## [2.0.0] - 2026-02-01\n\n- x\n`,
    );
  });

  it.each([
    ['## 2.1.0 (unreleased)', '## 2.1.0 (2026-03-01)'],
    ['## [2.0.1] - Unreleased', '## [2.1.0] - 2026-03-01'],
    ['## 2.1.0 - TBD', '## 2.1.0 - 2026-03-01'],
  ])('%s becomes %s', (open, heading) => {
    const now = insert(`# Log\n\n${open}\n\n- by hand\n\n## 2.0.0 (2026-02-01)\n\n- x\n`);
    expect(now).toBe(
      `# Log\n\n${heading}\n\n- by hand\n\n### Fixed\n\n- a fix (#3)\n\n## 2.0.0 (2026-02-01)\n\n- x\n`,
    );
  });

  it.each(['## Next steps', '## Unreleasable', '## Upcoming events of 2027'])(
    '%s is something else',
    (heading) => {
      const text = `## 2.0.0\n\n- x\n\n${heading}\n\n- y\n`;
      expect(insert(text)).toBe(`## 2.1.0\n\n### Fixed\n\n- a fix (#3)\n\n${text}`);
    },
  );
});

describe('[RW-4] the ends of lines', () => {
  it('one that differs changes no other', () => {
    const text = `# Log\n\n## 2.0.0\r\n\n${'- x\n'.repeat(685)}`;
    expect(insert(text)).toBe(`# Log\n\n## 2.1.0\n\n### Fixed\n\n- a fix (#3)\n\n${text.slice(7)}`);
  });

  it('of the whole file are taken over', () => {
    expect(insert('## 2.0.0\r\n\r\n- x\r\n')).toBe(
      '## 2.1.0\r\n\r\n### Fixed\r\n\r\n- a fix (#3)\r\n\r\n## 2.0.0\r\n\r\n- x\r\n',
    );
  });

  it('at the end of the file stay as they are', () => {
    for (const end of ['', '\n', '\n\n\n', '  '])
      expect(insert(`## 2.0.0\n\n- x${end}`).endsWith(`## 2.0.0\n\n- x${end}`)).toBe(true);
  });

  it('whatever the file holds, all that stood below the newest heading is there byte for byte', () => {
    const line = fc.oneof(
      fc.constantFrom('# 1.0.0', '## Words', '### Added', '- x', '```', '<!--', '-->', '', '=====', '---'),
      fc.string({ maxLength: 12 }),
    );
    const ending = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, ending)), (lines) => {
        const below = lines.map(([text, eol]) => `${text}${eol}`).join('');
        const text = `# Log\n\n## 2.0.0\n\n${below}`;
        fc.pre(!/unreleased|upcoming|next/i.test(below));
        expect(insert(text).endsWith(`## 2.0.0\n\n${below}`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('20 MB are read in a moment', () => {
    const text = `# Log\n\n## 2.0.0\n\n${'- a change that somebody made\n<!-- and\n'.repeat(500_000)}`;
    const started = performance.now();
    expect(insert(text).length).toBeGreaterThan(text.length);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('[RW-4] a heading like another', () => {
  it.each<[string | undefined, string]>([
    [undefined, '[2.1.0] - 2026-03-01'],
    ['words', '[2.1.0] - 2026-03-01'],
    ['2.0.0', '2.1.0'],
    ['v2.0.0 - 2026/02/01', 'v2.1.0 - 2026/03/01'],
    ['[v2.0.0] (01.02.2026)', '[v2.1.0] (01.03.2026)'],
    ['Version 2.0.0, 2 January 2026', 'Version 2.1.0, 1 March 2026'],
    ['2.0.0 (Jan. 22nd, 2026)', '2.1.0 (Mar. 1st, 2026)'],
    ['2.0.0 (Jan 22, 2026)', '2.1.0 (Mar 1, 2026)'],
    ['2.0.0 - 2026-02-01 [YANKED]', '2.1.0 - 2026-03-01'],
    ['2.0.0 "Aurora"', '2.1.0'],
    [
      '[2.0.0](https://x.test/releases/tag/v2.0.0) - 2026-02-01',
      '[2.1.0](https://x.test/releases/tag/v2.1.0) - 2026-03-01',
    ],
    ['[2.0.0](https://x.test/notes) - 2026-02-01', '[2.1.0] - 2026-03-01'],
    ['[2.0.0-rc.1] - 2026-02-01', '[2.1.0] - 2026-03-01'],
  ])('%j', (example, expected) => {
    expect(headingLike(example, '2.1.0', '2026-03-01')).toBe(expected);
  });

  it.each([
    ['2026-03-02', '2nd'],
    ['2026-03-03', '3rd'],
    ['2026-03-11', '11th'],
    ['2026-03-22', '22nd'],
    ['2026-03-30', '30th'],
  ])('%s is the %s', (date, day) => {
    expect(headingLike('2.0.0 (January 1st, 2026)', '2.1.0', date)).toBe(`2.1.0 (March ${day}, 2026)`);
  });

  it('[RW-2] is known at whatever level', () => {
    for (const text of ['# 2.0.0\n', '### [v2.0.0](x)\n', 'Version 2.0.0\n=======\n'])
      expect(changelogIsCurrent(text, '2.0.0').ok).toBe(true);
    expect(changelogIsCurrent('<!--\n## 2.0.0\n-->\n## 1.0.0\n', '2.0.0').ok).toBe(false);
  });
});
