/** Markdown out of text that others wrote: whatever it says, it stays text, as it was typed, and calls nobody. Pure. */

import { fencedLines } from '../changes/changelog-text.ts';
import { visible } from './visible.ts';

/** Code between single backticks, an address, what a code host takes for a person, or a character that means something. */
const special =
  /(?<!`)`[^`|]*[^`|\s][^`|]*`(?!`)|https?:\/\/(?:(?!&#?\w+;)[^\s<>`|])*[\w/]|(?<!\w)@\w+(?:[./-]\w+)*|&(?=#?\w+;)|[\\<>`*_[\]|~]/g;

/** One line of plain text, at most so many characters long. */
export function inline(text: string, limit = 300): string {
  const line = visible(text.replace(/\s+/g, ' ').trim());
  const short = line.length > limit ? `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
  return (
    short
      .replace(special, asTyped)
      .replace(/^[#+=-]/, '\\$&')
      // Of `1. first` it is the point that is escaped: a backslash before a digit would be shown.
      .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\')
  );
}

function asTyped(found: string, at: number, line: string): string {
  if (found.length > 1 && found.startsWith('`')) return found;
  // In an address nothing is escaped; where something in it or behind it would be, brackets say where it ends.
  if (found.startsWith('http'))
    return /[\\*_[\]~]/.test(`${found}${line.charAt(at + found.length)}`) ||
      line.charAt(at + found.length) === '>'
      ? `<${found}>`
      : found;
  if (found.startsWith('@')) {
    // Code calls nobody; beside other code it would end that, so something without width stands behind the @.
    const beside = `${line.charAt(at - 1)}${line.charAt(at + found.length)}`.includes('`');
    return beside ? `@&#8203;${escaped(found.slice(1))}` : `\`${found}\``;
  }
  if (found === '_' && /^[\p{L}\p{N}]_[\p{L}\p{N}]$/u.test(line.slice(at - 1, at + 2))) return found;
  return `\\${found}`;
}

const escaped = (text: string) => text.replace(/[\\<>`*_[\]|~]/g, '\\$&');

/** What `inline` made, and other Markdown of one line, as whoever reads the rendered text sees it. */
export function plain(markdown: string): string {
  return markdown.replace(
    /(?<!`)`(@[^`]+)`(?!`)|(?<!`)`[^`]+`(?!`)|\\([!-/:-@[-`{-~])|<(https?:\/\/[^\s<>]+)>|@&#8203;|\*\*/g,
    (found: string, person?: string, character?: string, url?: string) =>
      person ?? character ?? url ?? (found === '**' ? '' : found === '@&#8203;' ? '@' : found),
  );
}

/** A list of lines; the ones past the limit are counted. */
export function bullets(
  entries: readonly string[],
  { none = '', limit = 40, longest = 300 }: { none?: string; limit?: number; longest?: number } = {},
): string {
  if (entries.length === 0) return none;
  const lines = entries.slice(0, limit).map((entry) => `- ${inline(entry, longest)}`);
  if (entries.length > limit) lines.push(`- …and ${entries.length - limit} more`);
  return lines.join('\n');
}

/** A text of several lines up to a limit, cut where a line ends, with a last paragraph that says so. */
export function cutAtLine(text: string, limit: number, note: string): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - note.length - 4);
  const end = cut.lastIndexOf('\n');
  return `${cut.slice(0, end > 0 ? end : cut.length).trimEnd()}\n\n${note}\n`;
}

/** Output as it is, in a block that it can't end. */
export function fenced(text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}\n${visible(text)}\n${fence}`;
}

/**
 * Markdown of others', such as release notes: quoted, with bold lines for headings, which are not ours; without HTML, without
 * pictures, and without links to anything but a page or a mailbox.
 */
export function quoted(text: string): string {
  const lines = visible(text.trim()).split('\n');
  const code = fencedLines(lines);
  let whole = true;
  return lines
    .map((line, at) => {
      if (code.has(at)) return `> ${harmless(line, harm)}`.trimEnd();
      // Code that goes over the end of a line turns inside and outside about: until the paragraph ends, nothing counts as code.
      whole = line.trim() === '' || (whole && !line.replace(codeFirst, '').includes('`'));
      const shown = line.replace(/^#{1,6}\s+(\S.*)/, '**$1**');
      return `> ${harmless(shown, whole ? harmOutsideCode : harm)}`.trimEnd();
    })
    .join('\n');
}

/** What begins HTML, a picture, a link to elsewhere, or says where a link leads; and what is escaped already, so that it stays so. */
const harm = /\\.|!(?=\[)|<(?=[a-z/!?])(?!https?:)|\](?=:|\((?!\s*<?(?:https?:|mailto:)))/gi;
const codeFirst = /\\.|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g;
const harmOutsideCode = new RegExp(`${codeFirst.source}|${harm.source}`, 'gi');

const harmless = (line: string, what: RegExp) =>
  line.replace(what, (found: string) => (/^[\\`]/.test(found) ? found : `\\${found}`));
