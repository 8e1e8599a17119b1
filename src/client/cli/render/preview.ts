import type { ReleasePreview } from '../../../domain/flows/inquiry.ts';
import type { Paint } from './paint.ts';
import { fit, oneLine, pad, wrap } from './text.ts';

/** What a release would be (RW-4), before anybody says yes. */
export function renderPreview(preview: ReleasePreview, width: number, paint: Paint): string[] {
  const from = preview.previousVersion
    ? `${preview.bump}, after v${preview.previousVersion}`
    : 'its first release';
  const shown = preview.changes.slice(0, 12);
  const more = preview.changes.length - shown.length;
  const changes = [...shown, ...(more > 0 ? [`… and ${more} more`] : [])];
  const where = Object.entries(preview.environments).map(([name, url]) => `${name} ${url}`);
  return [
    `${paint.strong(`${oneLine(preview.title)} v${preview.version}`)}  ${paint.faint(`(${from}, commit ${preview.commit.slice(0, 7)})`)}`,
    ...section('Why', preview.reasons.map((line) => wrap(oneLine(line), width - indent)).flat(), paint.faint),
    ...section(
      'Warning',
      preview.warnings.flatMap((line) => wrap(oneLine(line), width - indent)),
      paint.attention,
    ),
    ...section(
      'Changes',
      changes.map((line) => fit(oneLine(line), width - indent)),
      paint.faint,
    ),
    ...section(
      'Where',
      where.map((line) => fit(oneLine(line), width - indent)),
      paint.faint,
    ),
    ...section(
      'Approval',
      wrap(
        preview.approvers.length > 0
          ? `by ${preview.approvers.map(oneLine).join(' or ')}`
          : 'nobody may approve it',
        width - indent,
      ),
      paint.faint,
    ),
  ];
}

const indent = 12;

function section(title: string, lines: readonly string[], style: (text: string) => string): string[] {
  return lines.map((line, i) => `  ${style(pad(i === 0 ? title : '', indent - 2))}${line}`);
}
