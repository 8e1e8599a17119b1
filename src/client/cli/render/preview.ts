import type { Preview, PreviewSection } from '../../../domain/flows/preview.ts';
import { grouped } from '../../../domain/text/count.ts';
import type { Paint } from './paint.ts';
import { fit, oneLine, pad, wrap } from './text.ts';

/** Lines of a section that are shown. */
const shown = 12;
/** Columns of the titles, where none of them is longer. */
const least = 10;

type Shown = Pick<Preview<unknown>, 'title' | 'subtitle' | 'sections' | 'approvers' | 'missing'>;

/** What a run would be (RW-4), before anybody says yes. */
export function renderPreview(
  { title, subtitle, sections, approvers, missing }: Shown,
  width: number,
  paint: Paint,
): string[] {
  const approval = approvers.length > 0 ? [`by ${approvers.map(oneLine).join(' or ')}`] : [];
  const all: readonly PreviewSection[] = [
    ...sections,
    { title: 'Approval', lines: approval, tone: 'faint' },
    { title: 'Missing', lines: missing, tone: 'warn' },
  ];
  const column = Math.max(
    least,
    ...all.map(({ title: word, lines }) => (lines.length > 0 ? [...word].length + 2 : 0)),
  );
  return [
    `${paint.strong(oneLine(title))}  ${paint.faint(`(${oneLine(subtitle)})`)}`,
    ...all.flatMap((section) => renderSection(section, column, width, paint)),
  ];
}

function renderSection(
  { title, lines, total = lines.length, tone }: PreviewSection,
  column: number,
  width: number,
  paint: Paint,
): string[] {
  const room = width - column - 2;
  const more = total - Math.min(shown, lines.length);
  const told = [...lines.slice(0, shown), ...(more > 0 ? [`… and ${grouped(more)} more`] : [])];
  const style = { plain: (text: string) => text, faint: paint.faint, warn: paint.attention }[tone];
  // A long list is for looking through, a few lines are for reading.
  const rows = told.flatMap((line) =>
    lines.length > shown ? [fit(oneLine(line), room)] : wrap(oneLine(line), room),
  );
  return rows.map((line, i) => `  ${style(pad(i === 0 ? title : '', column))}${line}`);
}
