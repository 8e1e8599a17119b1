import type { ChangelogBlock } from './changelog-blocks.ts';
import { mergeBlocks, parseBlocks, renderBlocks, styleOf } from './changelog-entries.ts';
import { headingLike } from './changelog-form.ts';
import type { Section } from './changelog-sections.ts';
import { oldestFirst, sectionsOf } from './changelog-sections.ts';
import { bare, commonEnd, headingsOf, linesOf, linksStart } from './changelog-text.ts';

/** The text of CHANGELOG.md, in the manner of keepachangelog.com or of the file itself. Nothing that people wrote is lost. */

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

const newFile = '# Changelog\n\nWhat changed for the users of each version, newest first.\n\n';

/**
 * Puts a version's section above the newest one, in its form; all other lines stay as they are, byte for byte. What stands under
 * Unreleased moves into it: its own blocks first, entries about the same pull request only once. A file that has the section
 * already stays as it is; without a file, one is begun.
 */
export function insertSection(changelog: string | undefined, section: ChangelogSection): ChangelogEdit {
  const text = changelog ?? '';
  // A byte order mark stays in front of everything.
  if (text.startsWith('\uFEFF')) {
    const edit = insertSection(text.slice(1), section);
    return { ...edit, text: `\uFEFF${edit.text}` };
  }
  const lines = linesOf(text.trim() === '' ? newFile : text);
  const sections = sectionsOf(lines);
  const present = sections.find(({ version, open }) => version === section.version && !open);
  if (present) return { text, changed: false, section: textOf(lines.slice(present.at, present.end)) };

  const end = commonEnd(lines);
  const open = sections.find((each) => each.open);
  const newest = sections.find((each) => !each.open);
  const written = write(lines, section, open, newest);
  const place = placeOf(lines, sections, open);
  // A heading that names the version under way becomes its heading; any other stays for what is to come.
  const until = open?.version === undefined ? place : open.at;
  const before = withEnd(lines.slice(0, until), end);
  const result = withLink(
    [
      ...before,
      ...(before.length === 0 || bare(before.at(-1)).trim() === '' ? [] : [end]),
      ...written.map((line) => `${line}${end}`),
      ...lines.slice(open?.end ?? place),
    ],
    section.version,
  );
  const whole = result.join('');
  return {
    text: (open?.end ?? place) >= lines.length ? `${whole.replace(/(?:\r?\n)+$/, '')}${end}` : whole,
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
  const known = sectionsOf(linesOf(changelog)).some(({ version }) => version === latest);
  return known
    ? { ok: true, reason: `CHANGELOG.md goes up to ${latest}.` }
    : {
        ok: false,
        reason: `CHANGELOG.md has no section for ${latest}, the latest release: add "## [${latest}]" on the main branch.`,
      };
}

/** What is not understood of a changelog, so that a person looks where the new section went. */
export function changelogDoubt(changelog: string | undefined): string | undefined {
  const lines = linesOf(changelog ?? '');
  const sections = sectionsOf(lines);
  if (oldestFirst(sections))
    return 'CHANGELOG.md has its oldest version on top: the new section goes to its end.';
  const [heading] = sections.length > 0 ? [] : headingsOf(lines).filter(({ level }) => level > 1);
  return heading === undefined
    ? undefined
    : `No heading in CHANGELOG.md is read as a version: the new section goes above "${heading.text.slice(0, 80)}".`;
}

/** The lines of the new section; the last one is empty. */
function write(
  lines: readonly string[],
  { version, date, blocks }: ChangelogSection,
  open: Section | undefined,
  newest: Section | undefined,
): string[] {
  const form = open?.version === undefined ? newest : open;
  const style = styleOf(
    newest === undefined ? [] : lines.slice(newest.below, newest.end),
    newest?.level ?? 2,
  );
  const kept = open === undefined ? [] : parseBlocks(lines.slice(open.below, open.end).map(bare));
  const body = renderBlocks(mergeBlocks(kept, blocks, style), style);
  const text = headingLike(form?.text, version, date);
  const heading = form?.underlined
    ? [text, (form.level === 1 ? '=' : '-').repeat(text.length)]
    : [`${'#'.repeat(form?.level ?? 2)} ${text}`];
  return [...heading, '', ...(body.length > 0 ? body : ['No changes that users notice.', ''])];
}

/** Where the section goes: below the heading of what is to come; above the newest version, or whatever stands in its place. */
function placeOf(lines: readonly string[], sections: readonly Section[], open: Section | undefined): number {
  if (open) return open.below;
  if (oldestFirst(sections)) return linksStart(lines);
  const first = sections[0] ?? headingsOf(lines).find(({ level }) => level > 1);
  return first?.at ?? linksStart(lines);
}

/** Keeps the comparison links going: `[Unreleased]: …/v1.0.0...HEAD` gets a sibling for the new version. */
function withLink(lines: readonly string[], version: string): string[] {
  return lines.flatMap((line) => {
    const [, label, from, tag, end] =
      /^(\[unreleased\]:\s+)(\S+\/compare\/)(\S+)\.\.\.HEAD\s*?(\r?\n|$)/i.exec(line) ?? [];
    if (label === undefined || from === undefined || tag === undefined) return [line];
    const next = /\d+\.\d+\.\d+\S*$/.test(tag) ? tag.replace(/\d+\.\d+\.\d+\S*$/, version) : `v${version}`;
    const eol = end === '' || end === undefined ? '\n' : end;
    return [`${label}${from}${next}...HEAD${eol}`, `[${version}]: ${from}${tag}...${next}${end ?? ''}`];
  });
}

/** A last line without an end gets one, for something follows. */
const withEnd = (lines: readonly string[], end: string) =>
  lines.map((line, at) => (at === lines.length - 1 && !line.endsWith('\n') ? `${line}${end}` : line));

const textOf = (lines: readonly string[]) => lines.map(bare).join('\n').trim();
