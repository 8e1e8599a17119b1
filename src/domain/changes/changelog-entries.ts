import { plain } from '../text/markdown.ts';
import type { ChangelogBlock } from './changelog-blocks.ts';
import { bare, headingsOf, hiddenLines } from './changelog-text.ts';

/** How a changelog writes the blocks of a version. */
export interface BlockStyle {
  /** Of the headings of blocks. */
  readonly level: number;
  readonly bullet: '-' | '*';
  readonly titles: readonly string[];
}

/** Titles that say the same. */
const synonyms: readonly (readonly string[])[] = [
  ['added', 'features', 'new features', 'new', 'enhancements'],
  ['fixed', 'fixes', 'bug fixes', 'bugfixes', 'bugs'],
  ['changed', 'changes', 'improvements'],
  ['breaking', 'breaking changes', '⚠ breaking changes'],
  ['dependencies', 'dependency updates'],
];

/** @param lines of the newest section; @param level of its heading */
export function styleOf(lines: readonly string[], level: number): BlockStyle {
  const headings = headingsOf(lines);
  const bullets = lines.flatMap((line) => /^([-*]) /.exec(line)?.[1] ?? []);
  return {
    level: headings[0]?.level ?? Math.min(6, Math.max(3, level + 1)),
    bullet: bullets.filter((bullet) => bullet === '*').length > bullets.length / 2 ? '*' : '-',
    titles: headings.map(({ text }) => text),
  };
}

/** Lines that people wrote, by the headings among them. */
export function parseBlocks(lines: readonly string[]): ChangelogBlock[] {
  const blocks: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  const hidden = hiddenLines(lines);
  for (const [at, line] of lines.entries()) {
    const title = hidden.has(at) ? undefined : /^ {0,3}#{2,6}\s+(.*?)\s*$/.exec(line)?.[1];
    if (title !== undefined) blocks.push({ title, lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks
    .map((block) => ({ title: block.title, lines: trimBlank(block.lines) }))
    .filter((block) => block.title !== '' || block.lines.length > 0);
}

/** What people wrote first, and of what commits make whatever they didn't mention. */
export function mergeBlocks(
  written: readonly ChangelogBlock[],
  made: readonly ChangelogBlock[],
  { bullet, titles }: BlockStyle,
): ChangelogBlock[] {
  const mentioned = new Set(
    written.flatMap(({ lines }) => [...lines.join('\n').matchAll(/#\d+/g)].map(([number]) => number)),
  );
  const texts = new Set(written.flatMap(({ lines }) => lines.map(said)));
  const isNew = (line: string) =>
    !texts.has(said(line)) && ![...line.matchAll(/#\d+/g)].some(([number]) => mentioned.has(number));
  const result = written.map((block) => ({ title: block.title, lines: [...block.lines] }));
  for (const block of made) {
    const lines = block.lines.filter(isNew).map((line) => line.replace(/^- /, `${bullet} `));
    const same = result.find(({ title }) => isSame(title, block.title));
    if (same) same.lines.push(...lines);
    else if (lines.length > 0)
      result.push({ title: titles.find((title) => isSame(title, block.title)) ?? block.title, lines });
  }
  return result;
}

export const renderBlocks = (blocks: readonly ChangelogBlock[], { level }: BlockStyle): string[] =>
  blocks.flatMap(({ title, lines }) => [
    ...(title === '' ? [] : [`${'#'.repeat(level)} ${title}`, '']),
    ...lines,
    ...(lines.length > 0 ? [''] : []),
  ]);

/** What a reader sees of an entry: people may escape otherwise. */
const said = (line: string) => plain(line.trim().replace(/^[-*] /, ''));

function isSame(a: string, b: string): boolean {
  const [one, other] = [a.trim().toLowerCase(), b.trim().toLowerCase()];
  return one === other || synonyms.some((group) => group.includes(one) && group.includes(other));
}

function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1).map(bare);
}
