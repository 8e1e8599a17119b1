import { inline } from '../../../domain/text/markdown.ts';
import { fit, oneLine, pad } from './text.ts';
import type { Paint } from './paint.ts';

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  readonly style?: (text: string, row: T) => string;
  /** May be cut where the terminal is narrow; others keep their width. */
  readonly flexible?: boolean;
}

const gap = 2;

/** Aligned columns under a line of titles, never wider than the terminal. Empty columns are left out. */
export function renderTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  width: number,
  paint: Paint,
): string {
  const used = columns
    .map((column) => ({ column, cells: rows.map((row) => oneLine(column.text(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const widths = used.map(({ column, cells }) =>
    Math.max(column.title.length, ...cells.map((cell) => [...cell].length)),
  );
  shrink(
    widths,
    used.map(({ column }) => column.flexible === true),
    width - gap * (used.length - 1),
  );
  const line = (cells: readonly string[]): string => cells.join(' '.repeat(gap)).trimEnd();
  const last = used.length - 1;
  const place = (text: string, i: number): string => {
    const cut = fit(text, widths[i] ?? 0);
    return i === last ? cut : pad(cut, widths[i] ?? 0);
  };
  return [
    line(used.map(({ column }, i) => paint.faint(place(column.title, i)))),
    ...rows.map((row, r) =>
      line(
        used.map(({ column, cells }, i) =>
          (column.style ?? ((text: string) => text))(place(cells[r] ?? '', i), row),
        ),
      ),
    ),
  ].join('\n');
}

/** A Markdown table, as in the deployment history's document. */
export function renderMarkdownTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    `|${columns.map(({ title }) => '-'.repeat(title.length + 2)).join('|')}|`,
    ...rows.map((row) => line(columns.map(({ text }) => inline(text(row), Infinity)))),
  ].join('\n');
}

/** Takes from the widest flexible column, letter by letter, until all fit; then from any. */
function shrink(widths: number[], flexible: readonly boolean[], room: number): void {
  const least = 6;
  for (const onlyFlexible of [true, false]) {
    while (widths.reduce((sum, width) => sum + width, 0) > room) {
      let widest = -1;
      for (const [i, width] of widths.entries()) {
        if ((flexible[i] || !onlyFlexible) && width > least && (widest < 0 || width > (widths[widest] ?? 0)))
          widest = i;
      }
      if (widest < 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
}
