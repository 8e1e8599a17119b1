import type { NextVersion } from '../../../domain/release/next.ts';
import { inline } from '../../../domain/text/markdown.ts';
import type { Paint } from './paint.ts';
import { renderPreview } from './preview.ts';

/** What the next release would be, for a terminal. */
export function renderNextVersion(next: NextVersion, width: number, paint: Paint): string {
  return renderPreview(
    {
      title: titleOf(next),
      subtitle: `${from(next)}, commit ${next.commit.slice(0, 7)}`,
      sections: [
        { title: 'Why', lines: next.reasons, tone: 'faint' },
        { title: 'Warning', lines: next.warnings, tone: 'warn' },
        ...next.sections.map(({ title, entries }) => ({
          title,
          lines: entries,
          tone: title === 'Breaking' ? ('warn' as const) : ('faint' as const),
        })),
      ],
      approvers: [],
      missing: [],
    },
    width,
    paint,
  ).join('\n');
}

/** For a comment on a pull request. */
export function renderNextVersionMarkdown(next: NextVersion): string {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${inline(line, 600)}`);
  return [
    `### ${inline(titleOf(next))}`,
    '',
    `${inline(from(next))}, commit ${next.commit.slice(0, 7)}`,
    '',
    ...list(next.reasons),
    ...(next.warnings.length > 0 ? ['', '**Warning**', '', ...list(next.warnings)] : []),
    ...next.sections.flatMap(({ title, entries }) => ['', `**${inline(title)}**`, '', ...list(entries)]),
  ].join('\n');
}

const titleOf = ({ product, version }: NextVersion) =>
  version === null ? `${product}: nothing to release` : `${product} v${version}`;

const from = ({ bump, previous }: NextVersion) =>
  previous === null
    ? 'no release before'
    : bump === null
      ? `since ${previous}`
      : `${bump}, after ${previous}`;
