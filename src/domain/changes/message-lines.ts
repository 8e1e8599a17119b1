/** The lines of a commit message, and which of them only show something. */

export interface MessageLine {
  readonly text: string;
  /** In a block of code, in a comment, quoted, or indented: it shows how something is written and says nothing itself. */
  readonly shown: boolean;
}

const maxLine = 2_000;
const maxBody = 50_000;

/** The first line of a message as it was written, without a byte order mark. */
export function headerOf(subject: string): string {
  return subject.replace(/^\uFEFF/, '').slice(0, maxLine);
}

/** The lines below the header. What is opened and never closed, of code or comments, hides nothing. */
export function bodyLines(body: string): readonly MessageLine[] {
  const lines = body
    .slice(0, maxBody)
    .split(/\r?\n/)
    .map((line) => line.slice(0, maxLine));
  let until = -1;
  return lines.map((text, at) => {
    if (at > until) until = Math.max(until, endOfBlock(lines, at));
    return { text, shown: at <= until || /^(?: {4}|\t|\s*>)/.test(text) };
  });
}

/** The last line of a block of code or a comment that a line opens; before the line where it opens none. */
function endOfBlock(lines: readonly string[], at: number): number {
  const text = lines[at] ?? '';
  const mark = /^ {0,3}(```|~~~)/.exec(text)?.[1];
  const closes = (line: string) =>
    mark === undefined ? line.includes('-->') : line.trimStart().startsWith(mark);
  if (mark === undefined && text.lastIndexOf('<!--') <= text.lastIndexOf('-->'))
    return /^\s*<!--.*-->\s*$/.test(text) ? at : -1;
  const below = lines.findIndex((line, other) => other > at && closes(line));
  return below < 0 ? -1 : below;
}

/** A trailer: a word, a colon and a blank (`Jira: ABC-12`), or a word and a number sign (`Refs #3`). */
export const isTrailer = (line: string) => /^[A-Za-z][\w-]*(?:: | #\d)/.test(line);

/** A line that a squash made of another commit's header: `* fix(cart): totals`. */
export function squashedHeader(line: string): string | undefined {
  return /^[*-] (\w[\w-]*(?:\([^()]*\))?!?: .*)$/.exec(line)?.[1];
}
