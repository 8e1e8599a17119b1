import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changelogBlocks } from '../../../src/domain/changes/changelog-blocks.ts';
import { insertSection } from '../../../src/domain/changes/changelog.ts';
import { renderApproval } from '../../../src/domain/gates/approval-details.ts';
import { buildReleaseNotes, renderReleaseNotes } from '../../../src/domain/changes/notes.ts';
import { bullets, fenced, inline, plain, quoted } from '../../../src/domain/text/markdown.ts';
import { visible, visibleJson } from '../../../src/domain/text/visible.ts';
import { paragraphs } from '../../../src/client/cli/render/text.ts';
import { html } from '../../../src/client/report/markup.ts';
import { plainText } from '../../../src/adapters/notify/markdown.ts';
import { parseCommit } from '../../../src/domain/changes/commits.ts';
import { commit } from '../changes/commit.ts';

/** Whatever steers a terminal, a page or an eye. */
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const hostile = [
  'parse <!-- in templates',
  'support <script> and List<T>',
  'greet @everyone for #99',
  'thank [the team](javascript:alert(1)), see ![it](https://evil.test/p.png)',
  'ring \u0007 and \u001b]0;title\u0007 \u009b31m red \u001b[2J',
  'gpj.exe\u202e no \u200f picture \u2066',
  'a *b* __c__ ~~d~~ `e` | f \\g &lt; &copy; _h_',
  'update @types/node to `@acme/x`, ask @a-b/team.',
  'see https://x.test/a_b*c* and <https://x.test>',
];

function notesOf(subject: string): string {
  const commits = [
    parseCommit(commit(`feat: ${subject}`, `BREAKING CHANGE: ${subject}`, `Eve ${subject}`)),
    parseCommit(commit(`fix(${subject.replace(/[():]/g, '')}): ${subject}`)),
    parseCommit(commit(`chore(deps): ${subject}`)),
  ];
  return renderReleaseNotes(
    buildReleaseNotes({ product: 'Shop', version: '2.0.0', date: '2026-03-01', commits, dependencies: [] }),
  );
}

function changelogOf(subject: string): string {
  const commits = [
    parseCommit(commit(`feat(ui)!: ${subject}`, `BREAKING CHANGE: ${subject}`)),
    parseCommit(commit(`fix: ${subject}`)),
    parseCommit(commit(`chore(deps): ${subject}`)),
  ];
  const blocks = changelogBlocks(commits);
  return insertSection(undefined, { version: '2.0.0', date: '2026-03-01', blocks }).text;
}

const approvalOf = (subject: string): string =>
  renderApproval({
    title: subject,
    bundle: {
      product: 'shop',
      environment: 'production',
      version: '2.0.0',
      previousVersion: '1.0.0',
      commit: '0123456789abcdef',
      scope: [subject],
      successCriteria: [subject],
      risk: { level: 'low', reasons: [subject] },
      rollbackPlan: [subject],
      artifacts: [],
      migrations: [],
      configurationDigest: '',
    },
    newMigrations: [subject],
    places: [],
    notes: notesOf(subject),
    concerns: [subject],
    checks: [subject],
    void: [subject],
  });

/** Everything that is Markdown and has text of others in it. */
const documents: Readonly<Record<string, (subject: string) => string>> = {
  line: inline,
  list: (subject) => bullets([subject]),
  notes: notesOf,
  changelog: changelogOf,
  approval: approvalOf,
  'Markdown of others': quoted,
};

describe.each(Object.entries(documents))('text of others in a document: %s', (name, documentOf) => {
  it.each(hostile)('%j stays text', (text) => {
    const markdown = documentOf(text);
    const outside = markdown.replace(/\\./g, '').replace(/(?<!`)`[^`\n]+`(?!`)/g, '');
    expect(outside).not.toMatch(/<(?!https?:)[a-z!/]/i);
    expect(outside).not.toMatch(/!\[/);
    expect(outside).not.toMatch(/\]\((?!https?:)/);
    expect(outside).not.toMatch(/\]:/);
    expect(markdown).not.toMatch(steering);
    // Markdown of others, as an agent writes notes, is for where nobody is called.
    if (name !== 'Markdown of others') expect(outside).not.toMatch(/(?<!\w)@\w/);
  });

  it.each(hostile)('%j is read as it was typed', (text) => {
    const read = documentOf(text)
      .split('\n')
      .map((line) => plain(line))
      .join('\n');
    const typed = visible(text);
    const first = `${typed.charAt(0).toUpperCase()}${typed.slice(1)}`;
    // People write code as code: its marks are seen where nothing is rendered.
    const seen = (shown: string) => shown.replace(/`|\*\*/g, '');
    if (name === 'Markdown of others') return;
    expect([seen(read).includes(seen(typed)), seen(read).includes(seen(first))]).toContain(true);
  });
});

describe('text of others where nothing is rendered', () => {
  it.each(hostile)('%j, in a terminal', (text) => {
    const shown = paragraphs(bullets([text]), Infinity, (title) => title).join('\n');
    expect(shown).not.toMatch(steering);
    expect(shown.replaceAll('`', '')).toBe(`- ${visible(text)}`.replaceAll('`', ''));
  });

  it.each(hostile)('%j, in a message', (text) =>
    expect(plainText(bullets([text])).replaceAll('`', '')).toBe(`- ${visible(text)}`.replaceAll('`', '')),
  );

  it.each(hostile)('%j, on a page', (text) => {
    const { markup } = html`<p>${text}</p>`;
    expect(markup).not.toMatch(steering);
    expect(markup.slice(3, -4)).not.toContain('<');
  });

  it.each(hostile)('%j, as JSON that means the same', (text) => {
    const shown = visibleJson({ [text]: [text] });
    expect(shown).not.toMatch(steering);
    expect(JSON.parse(shown)).toEqual({ [text]: [text] });
  });

  it('output of programs too, in a block that it can’t end', () => {
    expect(fenced('a\u001b[2J\n```\n\u202e<b>')).toBe('````\na␛[2J\n```\n⟨U+202E⟩<b>\n````');
  });
});

describe('what inline makes', () => {
  it('is read again as it was typed, whatever that is', () => {
    const typed = fc
      .string({
        unit: fc.constantFrom(...'ab1 `*_[]()<>|~\\@#&;!.-:/=+', 'é', '😀', 'https://', '@x'),
        maxLength: 30,
      })
      .map((text) => text.replace(/\s+/g, ' ').trim());
    fc.assert(
      fc.property(typed, (text) => {
        const read = plain(inline(text, Infinity));
        expect(read.replaceAll('`', '')).toBe(text.replaceAll('`', ''));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is cut at a whole character', () => {
    expect(inline(`${'x'.repeat(298)}🚀🚀`)).toBe(`${'x'.repeat(298)}…`);
  });
});

describe('Markdown of others, quoted', () => {
  it.each([
    ['[a\\]b]: javascript:x', '> [a\\]b\\]: javascript:x'],
    ['[a\nb]: javascript:x', '> [a\n> b\\]: javascript:x'],
    ['[l](<javascript:x>) [d](docs/x.md)', '> [l\\](\\<javascript:x>) [d\\](docs/x.md)'],
    ['[ok](https://x.test) [m](mailto:a@b)', '> [ok](https://x.test) [m](mailto:a@b)'],
    ['![p](https://evil.test/x.png)', '> \\![p](https://evil.test/x.png)'],
    ['`List<T>` and <b>', '> `List<T>` and \\<b>'],
    // Code that was begun on the line before ends where this line seems to begin code.
    ['`a\nx` <b> `y`', '> `a\n> x` \\<b> `y`'],
    ['`a\\` `\n` <b>`', '> `a\\` `\n> ` \\<b>`'],
    ['x\u001b[2J\u202e', '> x␛[2J⟨U+202E⟩'],
  ])('%j', (text, shown) => expect(quoted(text)).toBe(shown));
});
