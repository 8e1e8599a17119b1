import { stripVTControlCharacters } from 'node:util';
import { plain } from '../../../domain/text/markdown.ts';
import { visible } from '../../../domain/text/visible.ts';

/** One line that does not steer the terminal of who looks at it: control characters are shown. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, ' ').trim());

/** A line that a command printed, with its spaces and without what would steer the terminal. */
export function asPrinted(line: string): string {
  // A carriage return draws the line anew: what stood before it was never meant to stay.
  const drawn = line.replace(/\r+$/, '').replace(/^.*\r/s, '');
  // Colours of a program's output mean nothing here; whatever else it sends to a terminal is shown.
  return visible(stripVTControlCharacters(drawn).replaceAll('\t', '    '));
}

/** Cut to a width, with … where something is missing. */
export function fit(text: string, width: number): string {
  const letters = [...text];
  if (letters.length <= width) return text;
  return width <= 1
    ? letters.slice(0, Math.max(0, width)).join('')
    : `${letters.slice(0, width - 1).join('')}…`;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

/** Wrapped at words, so that nothing of a text that people decide on is lost. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A Markdown text as lines for a terminal: headings stand out, list items hang, blank lines don't pile up. */
export function paragraphs(markdown: string, width: number, heading: (text: string) => string): string[] {
  const lines: string[] = [];
  for (const source of markdown.split(/\r?\n/)) {
    const marked = oneLine(source);
    const text = plain(marked);
    if (text === '' && (lines.length === 0 || lines.at(-1) === '')) continue;
    const title = /^#+ /.test(marked) ? text.replace(/^#+ /, '') : undefined;
    const bullet = /^(?:> )?(?:[-*]|\d+\.) /.exec(marked)?.[0].length ?? 0;
    const indent = ' '.repeat(Math.min(8, /^\s*/.exec(source)?.[0].length ?? 0));
    const wrapped = wrap(title ?? text, width - indent.length - bullet);
    lines.push(
      ...wrapped.map(
        (line, i) =>
          `${indent}${i > 0 ? ' '.repeat(bullet) : ''}${title === undefined ? line : heading(line)}`,
      ),
    );
  }
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** How long ago, or for how long, in its two largest units; whole seconds, because it is redrawn. */
export function wholeSeconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1_000) * 1_000);
}
