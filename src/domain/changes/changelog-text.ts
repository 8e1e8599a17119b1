/** Finding one's way in the lines of a Markdown file. */

/** Lines with their own ends, which stay as they are. */
export const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The end that most lines have. */
export function commonEnd(lines: readonly string[]): '\n' | '\r\n' {
  const long = lines.filter((line) => line.endsWith('\r\n')).length;
  return long > lines.length / 2 ? '\r\n' : '\n';
}

/** A line without its end, and without a byte order mark. */
export const bare = (line: string | undefined) => (line ?? '').replace(/^\uFEFF/, '').replace(/\r?\n$/, '');

export interface Heading {
  /** Without marks. */
  readonly text: string;
  /** 1 to 6. */
  readonly level: number;
  /** Written with a line below it. */
  readonly underlined: boolean;
  /** Its first line. */
  readonly at: number;
  /** The first line below it. */
  readonly below: number;
}

/** The headings outside of code and comments. */
export function headingsOf(lines: readonly string[]): readonly Heading[] {
  const hidden = hiddenLines(lines);
  const found: Heading[] = [];
  for (const [at, raw] of lines.entries()) {
    if (hidden.has(at)) continue;
    const line = bare(raw);
    const [, marks, text] = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/.exec(line) ?? [];
    if (marks !== undefined && text !== undefined)
      found.push({ text, level: marks.length, underlined: false, at, below: at + 1 });
    const mark = hidden.has(at + 1) ? undefined : /^ {0,3}(=+|-{2,})\s*$/.exec(bare(lines[at + 1]))?.[1];
    const alone = at === 0 || bare(lines[at - 1]).trim() === '';
    if (mark === undefined || !alone || !/^ {0,3}[^\s#>*+-]/.test(line)) continue;
    found.push({
      text: line.trim(),
      level: mark.startsWith('=') ? 1 : 2,
      underlined: true,
      at,
      below: at + 2,
    });
  }
  return found;
}

/** Lines of code blocks that are closed. */
export const fencedLines = (lines: readonly string[]) => linesWithin(lines, fenceOf);

/** Lines of code blocks and comments that are closed. */
export const hiddenLines = (lines: readonly string[]) =>
  linesWithin(lines, (line) => fenceOf(line) ?? commentOf(line));

function linesWithin(
  lines: readonly string[],
  markOf: (line: string) => string | undefined,
): ReadonlySet<number> {
  const inside = new Set<number>();
  /** What was never closed from some line on isn't from any later one either. */
  const open = new Set<string>();
  for (let at = 0; at < lines.length; at += 1) {
    const mark = markOf(bare(lines[at]));
    if (mark === undefined || open.has(mark)) continue;
    let end = at + 1;
    while (end < lines.length && !closes(lines[end], mark)) end += 1;
    if (end >= lines.length) {
      open.add(mark);
      continue;
    }
    for (; at < end; at += 1) inside.add(at);
    inside.add(end);
  }
  return inside;
}

const fenceOf = (line: string) => /^\s{0,3}(```|~~~)/.exec(line)?.[1];
const commentOf = (line: string) => (line.lastIndexOf('<!--') > line.lastIndexOf('-->') ? '<!--' : undefined);
const closes = (line: string | undefined, mark: string) =>
  mark === '<!--' ? bare(line).includes('-->') : fenceOf(bare(line)) === mark;

/** Where the block of link definitions at the end of the file begins. */
export function linksStart(lines: readonly string[]): number {
  let at = lines.length;
  while (at > 0 && /^(?:\s*|\[[^\]]+\]:\s.*)$/.test(bare(lines[at - 1]))) at -= 1;
  return lines.slice(at).some((line) => line.startsWith('['))
    ? at + (bare(lines[at]).trim() === '' ? 1 : 0)
    : lines.length;
}
