import type { Bundle } from './bundle.ts';
import { count, grouped } from '../text/count.ts';
import { bullets, inline } from '../text/markdown.ts';

/** What a bundle includes, by section, with true numbers, and where the whole list is. Markdown. */
export function renderScope({ scope, size }: Pick<Bundle, 'scope' | 'size'>): string {
  // Bundles of before 0.4 have lines alone.
  if (!size) return bullets(scope, { none: 'no changes' });
  const { commits, changes, files, sections, since, whole, notListed } = size;
  const from = since === undefined ? 'from the first commit on' : `since ${inline(since)}`;
  const told = sections.map(({ title, count: number }) => {
    const lines = scope.flatMap((line) =>
      line.startsWith(`${title}: `) ? [line.slice(title.length + 2)] : [],
    );
    const more = number - lines.length;
    return { heading: `**${inline(title)}** (${grouped(number)})`, lines, more };
  });
  const listed = told.reduce((sum, { lines }) => sum + lines.length, 0);
  return [
    `${count(changes, 'change')} in ${count(commits, 'commit')} and ${count(files, 'file')}, ${from}.`,
    notListed === undefined ? '' : inline(notListed, 2_000),
    listed < changes
      ? `${grouped(listed)} of the ${grouped(changes)} are shown here. The whole list: ${whole.map((place) => inline(place, 2_000)).join('; ')}.`
      : '',
    ...told.map(({ heading, lines, more }) =>
      [
        heading,
        [bullets(lines, { limit: Infinity }), ...(more > 0 ? [`- … and ${grouped(more)} more`] : [])]
          .filter(Boolean)
          .join('\n'),
      ].join('\n\n'),
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
}
