import type { ChangelogBlock } from './changelog-blocks.ts';
import { fencedLines, headingsOf, linksStart } from './changelog-text.ts';

/** The text of CHANGELOG.md, in the manner of keepachangelog.com. Nothing that people wrote is lost. */

export interface ChangelogSection {
  /** Without `v`. */
  readonly version: string;
  /** `2026-03-01`. */
  readonly date: string;
  readonly blocks: readonly ChangelogBlock[];
}

export interface ChangelogEdit {
  readonly text: string;
  /** false where the section was there already. */
  readonly changed: boolean;
  /** The section as it stands in the file now. */
  readonly section: string;
}

const unreleased = /^##\s+\[?unreleased\]?(?:\([^)]*\))?\s*$/i;
const versionHeading = /^##\s+\[?v?(\d+\.\d+\.\d+[^\]\s(]*)\]?/;
const newFile = ['# Changelog', '', 'What changed for the users of each version, newest first.', ''];

/**
 * Puts a version's section in front of the older ones. The content of `## [Unreleased]` moves into it: its own blocks first, entries
 * about the same pull request only once. A file that has the section already stays as it is; without a file, one is begun.
 */
export function insertSection(changelog: string | undefined, section: ChangelogSection): ChangelogEdit {
  const text = changelog ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.trim() === '' ? [...newFile] : text.split(/\r?\n/);
  const headings = headingsOf(lines);
  const present = headings.find(({ line }) => versionHeading.exec(line)?.[1] === section.version);
  if (present)
    return { text, changed: false, section: lines.slice(present.at, present.end).join('\n').trim() };

  const open = headings.find(({ line }) => unreleased.test(line));
  const body = renderBlocks(
    merge(open ? parseBlocks(lines.slice(open.at + 1, open.end)) : [], section.blocks),
  );
  const heading = `## [${section.version}] - ${section.date}`;
  const written = [heading, '', ...(body.length > 0 ? body : ['No changes that users notice.', ''])];
  const at = open?.at ?? headings.find(({ line }) => versionHeading.test(line))?.at ?? linksStart(lines);
  const before = open ? [...lines.slice(0, open.at + 1), ''] : separated(lines.slice(0, at));
  const after = lines.slice(open ? open.end : at);
  const result = withLink([...before, ...written, ...after], section.version);
  return {
    text: `${result.join(eol).replace(/(?:\r?\n)+$/, '')}${eol}`,
    changed: true,
    section: written.join('\n').trim(),
  };
}

/** Whether the changelog knows the latest release: one that was forgotten before would be forgotten again. */
export function changelogIsCurrent(
  changelog: string | undefined,
  latest: string | undefined,
): { readonly ok: boolean; readonly reason: string } {
  if (changelog === undefined || changelog.trim() === '')
    return { ok: true, reason: 'There is no CHANGELOG.md yet: the release begins one.' };
  if (latest === undefined) return { ok: true, reason: 'CHANGELOG.md is there; this is the first release.' };
  const known = headingsOf(changelog.split(/\r?\n/)).some(
    ({ line }) => versionHeading.exec(line)?.[1] === latest,
  );
  return known
    ? { ok: true, reason: `CHANGELOG.md goes up to ${latest}.` }
    : {
        ok: false,
        reason: `CHANGELOG.md has no section for ${latest}, the latest release: add "## [${latest}]" on the main branch.`,
      };
}

function parseBlocks(lines: readonly string[]): ChangelogBlock[] {
  const blocks: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  const fenced = fencedLines(lines);
  for (const [at, line] of lines.entries()) {
    const title = fenced.has(at) ? undefined : /^###\s+(.*?)\s*$/.exec(line)?.[1];
    if (title !== undefined) blocks.push({ title, lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks
    .map((block) => ({ title: block.title, lines: trimBlank(block.lines) }))
    .filter((block) => block.title !== '' || block.lines.length > 0);
}

function merge(written: readonly ChangelogBlock[], made: readonly ChangelogBlock[]): ChangelogBlock[] {
  const mentioned = new Set(
    written.flatMap(({ lines }) => [...lines.join('\n').matchAll(/#\d+/g)].map(([number]) => number)),
  );
  const texts = new Set(written.flatMap(({ lines }) => lines.map((line) => line.trim())));
  const isNew = (line: string) =>
    !texts.has(line.trim()) && ![...line.matchAll(/#\d+/g)].some(([number]) => mentioned.has(number));
  const result = written.map((block) => ({ title: block.title, lines: [...block.lines] }));
  for (const block of made) {
    const lines = block.lines.filter(isNew);
    const same = result.find(({ title }) => title.toLowerCase() === block.title.toLowerCase());
    if (same) same.lines.push(...lines);
    else if (lines.length > 0) result.push({ title: block.title, lines });
  }
  return result;
}

const renderBlocks = (blocks: readonly ChangelogBlock[]) =>
  blocks.flatMap(({ title, lines }) => [
    ...(title === '' ? [] : [`### ${title}`, '']),
    ...lines,
    ...(lines.length > 0 ? [''] : []),
  ]);

/** Keeps the comparison links going: `[Unreleased]: …/v1.0.0...HEAD` gets a sibling for the new version. */
function withLink(lines: readonly string[], version: string): string[] {
  return lines.flatMap((line) => {
    const [, label, from, tag] = /^(\[unreleased\]:\s+)(\S+\/compare\/)(\S+)\.\.\.HEAD\s*$/i.exec(line) ?? [];
    if (label === undefined || from === undefined || tag === undefined) return [line];
    const next = tag.startsWith('v') ? `v${version}` : version;
    return [`${label}${from}${next}...HEAD`, `[${version}]: ${from}${tag}...${next}`];
  });
}

function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

const separated = (lines: readonly string[]) =>
  lines.length === 0 || lines.at(-1)?.trim() === '' ? lines : [...lines, ''];
