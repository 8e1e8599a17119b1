import type { LedgerLine } from '../records/records.ts';
import { flowNamed } from '../flows/registry.ts';
import { releaseChecklist } from '../release/checklist.ts';
import type { RunStatus } from '../run/status.ts';
import { chartsOf } from './charts.ts';
import { newestExecution } from './execution.ts';
import type { Bar, Report, ReportedEvent, ReportedRollback } from './model.ts';
import { decisionsOf, gatesOf, refusedOf } from './people.ts';
import { after, dataOf, listOf, numberOf, present, textOf, timeOf } from './read.ts';
import { timelineOf } from './timeline.ts';
import { weightsOf } from './weights.ts';

export interface ReportSource {
  /** The workflow id, such as `release/shop/v1.4.0`. */
  readonly run: string;
  /** Its permanent record, oldest first. */
  readonly lines: readonly LedgerLine[];
  /** What the run says itself, where it can still be asked. */
  readonly status?: RunStatus | undefined;
  /** Now, in epoch milliseconds: what goes on still is drawn up to here. */
  readonly now: number;
}

/** Everything about a run that a report shows, from its permanent record and, where it can be asked, from the run itself. */
export function buildReport({ run, lines: all, status, now }: ReportSource): Report {
  const { lines, earlier } = newestExecution(all);
  const started = status?.started ?? lines.find(({ kind }) => kind === 'started')?.at ?? lines[0]?.at;
  const end = lines.findLast(({ kind }) => kind === 'ended');
  const ended = status ? status.ended : end?.at;
  const from = timeOf(started) ?? now;
  const to = timeOf(ended) ?? (status ? now : (timeOf(lines.at(-1)?.at) ?? now));
  const timeline = timelineOf(lines, status, { from, to: Math.max(from, to) });
  const weights = weightsOf(timeline.bars, lines, timeline);
  const decisions = decisionsOf(lines, status);
  const refused = refusedOf(lines, status);
  const outcome = status?.outcome ?? textOf(end?.data['outcome']);
  const counted = status?.refusedCount ?? numberOf(end?.data['refusedCount']) ?? 0;
  return {
    schema: 1,
    run,
    ...aboutRun(run, lines, status),
    ...present({ started, ended, outcome, rollback: rollbackOf(lines, timeline.bars) }),
    reason:
      status?.reason ??
      (end ? after(end.summary, `${outcome ?? ''}: `) : 'its end was never written into the record'),
    made: new Date(now).toISOString(),
    source: status ? 'run' : 'ledger',
    earlier,
    timeline,
    ...checklistOf(run, status, timeline.bars, outcome !== undefined || !status),
    weights,
    charts: chartsOf(lines, weights),
    decisions,
    gates: gatesOf(lines, status, decisions),
    refused,
    refusedCount: Math.max(counted, refused.length),
    events: eventsOf(lines),
    blockers: status?.blockers ?? textsOf(end?.data['blockers']),
    concerns: status?.concerns ?? textsOf(end?.data['concerns']),
    links: status?.links ?? linksOf(end?.data['links']),
  };
}

function aboutRun(
  run: string,
  lines: readonly LedgerLine[],
  status: RunStatus | undefined,
): Pick<Report, 'flow' | 'product' | 'version' | 'previousVersion' | 'commit' | 'startedBy'> {
  const line = (kind: string): LedgerLine | undefined => lines.findLast((each) => each.kind === kind);
  const [start, back, end, rollout] = ['started', 'rollback', 'ended', 'rollout'].map(line);
  const [flow = '', product = ''] = run.split('/');
  const said = (key: string): string | undefined =>
    textOf(end?.data[key]) ?? textOf(rollout?.data[key]) ?? textOf(start?.data[key]);
  return {
    flow: status?.flow ?? flowNamed(flow) ?? flow,
    product: status?.product ?? lines[0]?.product ?? product,
    ...present({
      version:
        status?.version ?? said('version') ?? textOf(back?.data['from']) ?? /\/v?(\d[^/]*)$/.exec(run)?.[1],
      previousVersion: status?.previousVersion ?? said('previousVersion') ?? textOf(back?.data['to']),
      commit: status?.commit ?? said('commit'),
      startedBy: status?.startedBy ?? / started by (.*)$/s.exec(start?.summary ?? '')?.[1],
    }),
  };
}

/** Of a release, by its own steps where it can still be asked, else by those that were recorded. */
function checklistOf(
  run: string,
  status: RunStatus | undefined,
  bars: readonly Bar[],
  over: boolean,
): Pick<Report, 'checklist'> {
  if (flowNamed(run.split('/')[0] ?? '') !== 'release') return {};
  const recorded = bars.map(({ step, title, state, summary }) => ({ id: step, title, state, summary }));
  const checklist = releaseChecklist(status?.steps ?? recorded, { planned: status !== undefined, over });
  return { checklist };
}

function rollbackOf(lines: readonly LedgerLine[], bars: readonly Bar[]): ReportedRollback | undefined {
  const line = lines.findLast(({ kind }) => kind === 'rollback');
  if (!line) return undefined;
  const done = (step: string): string | undefined => {
    const bar = bars.findLast((each) => each.step === step && each.state === 'succeeded');
    return bar && new Date(bar.to).toISOString();
  };
  return {
    at: line.at,
    reason: after(line.summary, 'rolling back: '),
    ...present({
      severity: textOf(line.data['severity']),
      from: textOf(line.data['from']),
      to: textOf(line.data['to']),
      restored: done('rollback.execute'),
      verified: done('rollback.verify'),
    }),
  };
}

/** Kinds of lines that have a place of their own in the report. */
const shownElsewhere: ReadonlySet<string> = new Set([
  'started',
  'step',
  'decision',
  'evidence',
  'gate',
  'refused',
  'rollback',
  'rollout',
  'ended',
]);

function eventsOf(lines: readonly LedgerLine[]): readonly ReportedEvent[] {
  return lines
    .filter(({ kind }) => !shownElsewhere.has(kind))
    .map(({ at, kind, summary, data }) => {
      const more = textsOf(data['objections']).concat(textOf(dataOf(data['response'])['reason']) ?? []);
      return { at, kind, text: [summary, ...more].join('; ') };
    });
}

const textsOf = (value: unknown): readonly string[] => listOf(value).flatMap((each) => textOf(each) ?? []);

function linksOf(value: unknown): Report['links'] {
  return listOf(value).flatMap((each) => {
    const { title, url } = dataOf(each);
    return typeof title === 'string' && typeof url === 'string' ? [{ title, url }] : [];
  });
}
