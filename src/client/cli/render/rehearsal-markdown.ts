import { inline } from '../../../domain/text/markdown.ts';
import type { Rehearsed } from '../../../domain/rehearsal/result.ts';
import type { Moment } from '../../../domain/rehearsal/timeline.ts';
import { offsetText } from '../../../domain/rehearsal/timeline.ts';
import { effortOf, headOf, lookOf, outcomeWord, restOf, titleOf, tookOf, whatOf } from './rehearsal-words.ts';
import { oneLine } from './text.ts';

/** Characters of a cell, and of the reason. Comments of code hosts take 65,536 altogether. */
const cellLimit = 300;
const reasonLimit = 1_000;

/** A rehearsal as Markdown, for a comment of a pull request or the summary of a CI job: how it ends comes first. */
export function renderRehearsalMarkdown(rehearsed: Rehearsed): string {
  const { outcome, reason, blockers = [], duration, timeline, remarks } = rehearsed;
  const sign = outcome === 'succeeded' ? '✔' : outcome === undefined ? '◆' : '✖';
  return [
    `## ${text(titleOf(rehearsed))}`,
    `**${sign} ${outcomeWord(rehearsed)}**: ${text(reason, reasonLimit)}`,
    [
      ...item('Blockers', blockers),
      ...headOf(rehearsed).flatMap(([label, lines]) => item(label, lines)),
      ...item('Would take', [`${offsetText(duration)} (rehearsed in ${effortOf(rehearsed)})`]),
      ...item('Remarks', remarks),
    ].join('\n'),
    ['| after | | what | took | |', '| ---: | --- | --- | ---: | --- |', ...timeline.map(row)].join('\n'),
  ].join('\n\n');
}

/** Several lines are a list of their own. */
function item(label: string, lines: readonly string[]): string[] {
  const [first, ...more] = lines;
  if (first === undefined) return [];
  if (more.length === 0) return [`- **${label}:** ${text(first)}`];
  return [`- **${label}:**`, ...lines.map((line) => `  - ${text(line)}`)];
}

function row(moment: Moment, index: number, timeline: readonly Moment[]): string {
  const cells = [
    offsetText(moment.at),
    lookOf(moment).sign,
    text(whatOf(moment, timeline[index - 1])),
    tookOf(moment),
    text(restOf(moment)),
  ];
  return `| ${cells.join(' | ')} |`;
}

const text = (of: string, limit = cellLimit): string => inline(oneLine(of), limit);
