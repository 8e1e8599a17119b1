import { bullets, inline } from '../text/markdown.ts';
import { renderChecklist } from '../release/checklist.ts';
import { excerpt } from './excerpt.ts';
import type { MetricChart, Report } from './model.ts';
import {
  chartTable,
  decisionTable,
  eventTable,
  gateTable,
  refusedTable,
  stepTable,
  used,
  weightTable,
  type Table,
} from './tables.ts';
import { chartText, facts, headline, outcomeText, rollbackFacts, utc } from './words.ts';

/** Characters of one cell. Issues are read, and take 65,536 altogether; the ledger has it all. */
const cellLimit = 400;

/** The report as Markdown, to be pasted into an issue: whatever others wrote in it stays text. */
export function renderReportMarkdown(report: Report): string {
  const { reason, rollback, events, decisions, gates, refused, refusedCount, weights, charts } = report;
  const blocks = [
    `# ${cell(headline(report))}: ${outcomeText(report)}`,
    cell(reason, 2_000),
    list(facts(report)),
    ...(rollback ? ['## Rollback', list(rollbackFacts(rollback))] : []),
    ...section('What spoke against it', report.blockers),
    ...section('Concerns', report.concerns),
    ...(weights.length > 0 ? ['## Rollout', table(weightTable(report)), ...charts.map(chart)] : []),
    ...(decisions.length > 0 ? ['## Decisions', table(decisionTable(report))] : []),
    ...(gates.length > 0 ? ['## Approvals and questions', table(gateTable(report))] : []),
    ...(refusedCount > 0
      ? ['## Refused', ...unlisted(refusedCount - refused.length), table(refusedTable(report))]
      : []),
    ...(events.length > 0 ? ['## What else happened', table(eventTable(report))] : []),
    ...(report.checklist ? ['## Checklist', renderChecklist(report.checklist)] : []),
    '## Steps',
    table(stepTable(report)),
    ...(report.links.length > 0 ? ['## Links', report.links.map(link).join('\n')] : []),
    `_${report.source === 'run' ? 'From the run and its record' : 'From the permanent record alone'}, ${utc(report.made)} UTC._`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

const cell = (text: string, limit = cellLimit): string => inline(excerpt(text, limit), limit * 2 + 40);

const list = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([label, text]) => `- **${label}:** ${cell(text, 1_000)}`).join('\n');

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [`## ${title}`, bullets(lines.map((line) => excerpt(line, cellLimit)))] : [];

function table(whole: Table): string {
  const { columns, rows } = used(whole);
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map((text) => cell(text)))),
  ].join('\n');
}

function chart(metric: MetricChart): string {
  const title = `### ${cell(metric.rule)}${metric.dryRun ? ' (dry run)' : ''}`;
  return [title, cell(metric.measured), cell(chartText(metric), 1_000), table(chartTable(metric))]
    .filter(Boolean)
    .join('\n\n');
}

const unlisted = (count: number): string[] =>
  count > 0 ? [`${count} more were refused than are listed here.`] : [];

function link({ title, url }: { readonly title: string; readonly url: string }): string {
  return /^https?:\/\/[^\s<>]+$/.test(url) ? `- [${cell(title)}](<${url}>)` : `- ${cell(`${title}: ${url}`)}`;
}
