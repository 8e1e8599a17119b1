import { formatDuration } from '../text/time.ts';
import type { MetricChart, Report } from './model.ts';
import { phaseTitle } from '../run/phases.ts';
import { stepSigns } from '../run/step-signs.ts';
import { tookText, utc, valueText } from './words.ts';

/** A table of plain text: rendered, and escaped, by whoever shows it. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function stepTable({ timeline }: Report): Table {
  return {
    columns: ['Step', 'Phase', 'State', 'Began (UTC)', 'Took', 'Result'],
    rows: timeline.bars.map((bar) => [
      `${bar.title}${bar.try > 1 ? ` (try ${bar.try})` : ''}`,
      phaseTitle(bar.phase),
      `${stepSigns[bar.state]} ${bar.state}`,
      bar.from === undefined ? '' : utc(bar.from),
      tookText(bar),
      bar.summary,
    ]),
  };
}

export function checklistTable({ checklist = [] }: Report): Table {
  return {
    columns: ['Part', 'Item', 'Done', 'Evidence'],
    rows: checklist.map(({ part, title, mark, evidence }) => [part, title, checklistMarks[mark], evidence]),
  };
}

const checklistMarks = {
  done: '✔ done',
  open: '○ open',
  missing: '✖ no',
  'not-needed': '– not needed',
} as const;

export function weightTable({ weights }: Report): Table {
  return {
    columns: ['Weight', 'From (UTC)', 'To (UTC)', 'For'],
    rows: weights.map(({ weight, name, from, to }) => [
      name === undefined ? `${weight} %` : `${weight} % (${name})`,
      utc(from),
      utc(to),
      formatDuration(to - from),
    ]),
  };
}

export function chartTable(chart: MetricChart): Table {
  return {
    columns: ['Weight', 'Looks', 'No data', 'Median', 'Range', 'Version before', 'Beyond a limit'],
    rows: chart.rows.map((row) => [
      `${row.weight} %`,
      String(row.looks),
      String(row.withoutData),
      valueText(chart, row.median),
      row.lowest === null ? '–' : `${valueText(chart, row.lowest)} – ${valueText(chart, row.highest)}`,
      valueText(chart, row.baselineMedian),
      row.breaches === 0 ? 'no' : `${row.breaches} times`,
    ]),
  };
}

export function decisionTable({ decisions }: Report): Table {
  return {
    columns: ['Time (UTC)', 'Who', 'Decision', 'About', 'Reason', 'Comment'],
    rows: decisions.map(({ at, who, what, where = '', reason, comment = '' }) => [
      utc(at),
      who,
      what,
      where,
      reason,
      comment,
    ]),
  };
}

export function gateTable({ gates }: Report): Table {
  return {
    columns: ['Gate', 'Asked', 'Opened (UTC)', 'Took', 'Answers', 'End'],
    rows: gates.map(({ id, statement, opened, closed, end, votes }) => [
      id,
      statement,
      utc(opened),
      closed === undefined ? '' : formatDuration(Date.parse(closed) - Date.parse(opened)),
      votes
        .map(({ by, choice, comment }) => `${by}: ${choice}${comment === undefined ? '' : ` (${comment})`}`)
        .join('; '),
      closed === undefined ? 'still open' : (end ?? ''),
    ]),
  };
}

export function refusedTable({ refused }: Report): Table {
  return {
    columns: ['Time (UTC)', 'Message', 'From', 'Why it was refused'],
    rows: refused.map(({ at, kind, by = '', reason }) => [utc(at), kind, by, reason]),
  };
}

export function eventTable({ events }: Report): Table {
  return {
    columns: ['Time (UTC)', 'Kind', 'What'],
    rows: events.map(({ at, kind, text }) => [utc(at), kind, text]),
  };
}

/** Without the columns in which nothing stands. */
export function used({ columns, rows }: Table): Table {
  const kept = columns.map((_, index) => rows.some((row) => (row[index] ?? '') !== ''));
  const keep = <T>(cells: readonly T[]): T[] => cells.filter((_, index) => kept[index]);
  return { columns: keep(columns), rows: rows.map(keep) };
}
