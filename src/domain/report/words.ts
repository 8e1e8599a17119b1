import { flowNamed, flowTitles } from '../flows/registry.ts';
import { formatDuration } from '../text/time.ts';
import type { Bar, Gap, MetricChart, Report, ReportedRollback } from './model.ts';

/** `2026-11-21 17:18:23`; that it is UTC is said once, where it is shown. */
export const utc = (at: string | number): string => {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15
    ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
    : '–';
};

export const clock = (at: number): string => utc(at).slice(11);

/** Three digits that count, in the chart's unit; – where nothing was measured. */
export function valueText({ unit }: Pick<MetricChart, 'unit'>, value: number | null): string {
  return value === null ? '–' : `${Number((value * unit.factor).toPrecision(3))}${unit.suffix}`;
}

export function tookText({ from, to }: Bar): string {
  return from === undefined ? '' : formatDuration(to - from);
}

export function headline({ flow, product, version, previousVersion }: Report): string {
  const known = flowNamed(flow);
  // What a rollback is about is the version that is left, not the one that it goes to.
  if (known === 'rollback' && version !== undefined && previousVersion !== undefined)
    return `${flowTitles[known]} of ${product} from v${previousVersion} to v${version}`;
  const what = known === undefined ? 'Run' : flowTitles[known];
  return `${what} of ${product}${version === undefined ? '' : ` v${version}`}`;
}

export function outcomeText({ outcome, source }: Report): string {
  return outcome ?? (source === 'run' ? 'still going on' : 'end not recorded');
}

/** How it went, for a colour: nobody is told by the colour alone. */
export function toneOf({ outcome, source }: Report): 'good' | 'bad' | 'open' {
  if (outcome === undefined) return source === 'run' ? 'open' : 'bad';
  return outcome === 'succeeded' ? 'good' : 'bad';
}

/** Label and text of what is known about the run as a whole. */
export function facts(report: Report): readonly (readonly [string, string])[] {
  const { run, version, previousVersion, commit, startedBy, started, ended, timeline, earlier } = report;
  const took = formatDuration(timeline.to - timeline.from);
  return [
    ['Run', run],
    ...(version === undefined
      ? []
      : [
          [
            'Version',
            previousVersion === undefined ? `v${version}` : `v${previousVersion} → v${version}`,
          ] as const,
        ]),
    ...(commit === undefined ? [] : [['Commit', commit.slice(0, 12)] as const]),
    ...(startedBy === undefined ? [] : [['Started by', startedBy] as const]),
    ...(started === undefined ? [] : [['Started', `${utc(started)} UTC`] as const]),
    ended === undefined ? ['Running for', took] : ['Ended', `${utc(ended)} UTC, after ${took}`],
    ...(earlier === 0
      ? []
      : [['Earlier runs', `${earlier} under the same name; this is the newest`] as const]),
  ];
}

/** What happened to the traffic, and how fast. */
export function rollbackFacts({
  at,
  reason,
  severity,
  from,
  to,
  restored,
  verified,
}: ReportedRollback): readonly (readonly [string, string])[] {
  const since = (end: string): string =>
    `${utc(end)} UTC, ${formatDuration(Date.parse(end) - Date.parse(at))} after the decision`;
  return [
    ['Why', reason],
    ['Decided', `${utc(at)} UTC${severity === undefined ? '' : ` (${severity})`}`],
    [
      'Versions',
      `${from === undefined ? 'the new one' : `v${from}`} → ${to === undefined ? 'nothing: there was no earlier version' : `v${to}`}`,
    ],
    ['Traffic back', restored === undefined ? 'not recorded' : since(restored)],
    ['Seen healthy', verified === undefined ? 'not recorded' : since(verified)],
  ];
}

/** A picture in one or two sentences. */
export function chartText(chart: MetricChart): string {
  const { rule, points, breaches, limits, gaps, notes } = chart;
  const values = points.flatMap(({ canary }) => canary ?? []);
  if (values.length === 0) return `${rule}: nothing was measured.`;
  const range = [Math.min(...values), Math.max(...values)].map((value) => valueText(chart, value));
  const told = limits.map(({ label }) => label).join(', ');
  const first = breaches[0];
  return [
    `${rule}: the new version had ${range[0] === range[1] ? range[0] : `${range[0]} to ${range[1]}`} over ${points.length} looks.`,
    told === '' ? '' : `Limits: ${told}.`,
    first ? `Beyond a limit ${breaches.length} times, first at ${clock(first.at)} UTC.` : '',
    gaps.length > 0 ? `Not seen: ${gapsText(gaps)}.` : '',
    ...notes.map((note) => `It was ${note}.`),
  ]
    .filter(Boolean)
    .join(' ');
}

export function gapsText(gaps: readonly Gap[]): string {
  const told = gaps.map(
    ({ from, to, why }) =>
      `${why === 'no-data' ? 'no data' : 'nobody watched'} ${from === to ? `at ${clock(from)}` : `from ${clock(from)} to ${clock(to)}`}`,
  );
  const shown = told.slice(0, 4).join(', ');
  return told.length > 4 ? `${shown} and ${told.length - 4} times more` : shown;
}
