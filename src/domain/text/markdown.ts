/** Markdown out of text that others wrote: whatever it says, it stays text. Pure. */

import { fencedLines } from '../changes/changelog-text.ts';

/** One line of plain text, at most so many characters long. */
export function inline(text: string, limit = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
  return (
    short
      .replace(/[\\<>`*_[\]|~]/g, (character) => `\\${character}`)
      .replace(/^[#+=-]/, '\\$&')
      // Of `1. first` it is the point that is escaped: a backslash before a digit would be shown.
      .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\')
  );
}

/** A list of lines; the ones past the limit are counted. */
export function bullets(
  entries: readonly string[],
  { none = '', limit = 40 }: { none?: string; limit?: number } = {},
): string {
  if (entries.length === 0) return none;
  const lines = entries.slice(0, limit).map((entry) => `- ${inline(entry)}`);
  if (entries.length > limit) lines.push(`- …and ${entries.length - limit} more`);
  return lines.join('\n');
}

/** Output as it is, in a block that it can't end. */
export function fenced(text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}\n${text}\n${fence}`;
}

/** Markdown of others', such as release notes: quoted, with bold lines for headings, which are not ours, and without HTML. */
export function quoted(text: string): string {
  const lines = text.trim().split(/\r\n|[\r\n]/);
  const code = fencedLines(lines);
  return lines
    .map((line, at) => (code.has(at) ? line : line.replace(/^#{1,6}\s+(\S.*)/, '**$1**')))
    .map((line) => `> ${withoutHtml(line)}`.trimEnd())
    .join('\n');
}

/** What is escaped already stays so: another backslash would undo it. */
function withoutHtml(line: string): string {
  return line.replace(/\\.|<(?=[a-z/!?])(?!https?:)/gi, (found) => (found === '<' ? '\\<' : found));
}
