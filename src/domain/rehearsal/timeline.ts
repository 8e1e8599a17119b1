import type { LedgerLine } from '../records/records.ts';

/** What a moment of a rehearsal is about. */
export type MomentKind =
  'step' | 'gate' | 'decision' | 'notification' | 'traffic' | 'fault' | 'evidence' | 'note' | 'end';

/** One row of the timeline that would have happened. Plain JSON. */
export interface Moment {
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly kind: MomentKind;
  /** What it is about: the title of a step, the statement of a gate, … */
  readonly what: string;
  /** How it stands: `succeeded`, `asked`, `10 %`, … */
  readonly state: string;
  readonly reason: string;
  /** The id of the step or gate. */
  readonly id?: string;
  /** Milliseconds that it took. */
  readonly took?: number;
}

/** When a try of a step began, in epoch milliseconds; by step and try. */
export type Begun = ReadonlyMap<string, number>;

/** The permanent record of a run, and what its world saw, as one timeline. */
export function timelineOf(
  lines: readonly LedgerLine[],
  seen: readonly Moment[],
  start: number,
  begun: Begun,
): Moment[] {
  const decided = new Set(
    lines.filter(({ kind }) => kind === 'decision').map(({ data }) => String(data['gate'])),
  );
  const recorded = lines.flatMap((line) =>
    momentsOf(line, Date.parse(line.at) - start, begun, start, decided),
  );
  return [...recorded.filter((moment) => !isSaidByStep(moment, recorded)), ...seen]
    .map((moment, order) => ({ moment, order }))
    .sort((a, b) => a.moment.at - b.moment.at || a.order - b.order)
    .map(({ moment }) => moment);
}

/** What a watch decided in the end is how its step ended. */
function isSaidByStep({ kind, id, reason }: Moment, recorded: readonly Moment[]): boolean {
  return (
    kind === 'evidence' &&
    recorded.some((other) => other.kind === 'step' && other.id === id && other.reason.includes(reason))
  );
}

function momentsOf(
  { kind, summary, data }: LedgerLine,
  at: number,
  begun: Begun,
  start: number,
  decided: ReadonlySet<string>,
): Moment[] {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  switch (kind) {
    case 'started':
    // A step, or the end, says the same.
    case 'review':
    case 'measures':
      return [];
    case 'step': {
      const from = begun.get(`${text('step')}/${Number(data['attempts'])}`);
      return [
        {
          at,
          kind: 'step',
          id: text('step'),
          what: summary.slice(0, summary.lastIndexOf(': ')),
          state: text('state'),
          reason: text('summary'),
          ...(from === undefined ? {} : { took: Math.max(0, at - (from - start)) }),
        },
      ];
    }
    case 'gate': {
      const id = text('gate');
      const [, verb = '', words = ''] = /^gate .*? (opened|closed): ([\s\S]*)$/.exec(summary) ?? [];
      if (verb === 'opened')
        return [{ at, kind: 'gate', id, what: words, state: 'asked', reason: whoOf(data) }];
      // Whoever decided is told by the decision itself.
      return decided.has(id) ? [] : [{ at, kind: 'gate', id, what: id, state: 'closed', reason: words }];
    }
    case 'decision':
      return [
        {
          at,
          kind: 'decision',
          id: text('gate'),
          what: `${text('by')}: ${text('kind')}`,
          state: 'accepted',
          reason: text('reason'),
        },
      ];
    case 'refused':
      return [{ at, kind: 'decision', what: summary, state: 'refused', reason: text('reason') }];
    case 'evidence':
      return [
        {
          at,
          kind: 'evidence',
          id: text('step'),
          what: `the new version at ${Number(data['weight'])} %`,
          state: actionOf(data['decision']),
          reason: summary.slice(summary.indexOf(': ') + 2),
        },
      ];
    case 'ended':
      return [
        {
          at,
          kind: 'end',
          what: 'the run ended',
          state: text('outcome'),
          reason: summary.slice(summary.indexOf(': ') + 2),
        },
      ];
    default:
      return [{ at, kind: 'note', what: kind, state: text('severity'), reason: summary }];
  }
}

function whoOf({ who }: LedgerLine['data']): string {
  return Array.isArray(who) && who.length > 0 ? who.map(String).join(', ') : '';
}

function actionOf(decision: unknown): string {
  const action = (decision as { action?: unknown } | undefined)?.action;
  return typeof action === 'string' ? action : 'watch';
}

/** `00:10:04`, `2d 00:10:04`: when something happened, counted from the start. */
export function offsetText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (number: number): string => String(number).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const clock = `${two(Math.floor(seconds / 3_600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}d ${clock}` : clock;
}
