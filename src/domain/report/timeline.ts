import type { LedgerLine } from '../records/records.ts';
import type { RunStatus, StepState, StepStatus } from '../run/status.ts';
import type { Bar, Span, Timeline } from './model.ts';
import { numberOf, textOf, timeOf } from './read.ts';

/** When each step ran: from the record, and of a run that can be asked also what is not written down yet. */
export function timelineOf(
  lines: readonly LedgerLine[],
  status: RunStatus | undefined,
  span: Span,
): Timeline {
  const bars = new Map<string, Untried>();
  const add = (bar: Untried): void => {
    const key = `${bar.step} ${bar.attempt}`;
    const known = bars.get(key);
    const from = bar.from ?? known?.from;
    bars.set(key, {
      ...bar,
      phase: bar.phase || (known?.phase ?? ''),
      ...(from === undefined ? {} : { from }),
    });
  };
  for (const line of lines) if (line.kind === 'step') add(barOfLine(line));
  for (const step of status?.steps ?? []) {
    const bar = barOfStatus(step, span.to);
    if (bar) add(bar);
  }
  const sorted = [...bars.values()].sort((a, b) => (a.from ?? a.to) - (b.from ?? b.to));
  return { ...span, bars: withTries(sorted), quiet: quietSpans(sorted, span) };
}

type Untried = Omit<Bar, 'try'>;

/** A step that went well and is done again, as after a way back that was only tried, begins anew. */
function withTries(bars: readonly Untried[]): Bar[] {
  const failures = new Map<string, number>();
  return bars.map((bar) => {
    const before = failures.get(bar.step) ?? 0;
    if (bar.state !== 'succeeded' && bar.state !== 'skipped') failures.set(bar.step, before + 1);
    return { ...bar, try: before + 1 };
  });
}

function barOfLine({ at, summary, data }: LedgerLine): Untried {
  const state = (textOf(data['state']) ?? 'succeeded') as StepState;
  const to = timeOf(at) ?? 0;
  const from = timeOf(data['started']);
  const step = textOf(data['step']) ?? summary;
  const ending = `: ${state}`;
  return {
    step,
    title: textOf(data['title']) ?? (summary.endsWith(ending) ? summary.slice(0, -ending.length) : summary),
    phase: textOf(data['phase']) ?? '',
    state,
    attempt: numberOf(data['attempts']) ?? 1,
    ...(from === undefined ? {} : { from }),
    to,
    summary: textOf(data['summary']) ?? '',
  };
}

function barOfStatus(step: StepStatus, now: number): Untried | undefined {
  const { id, title, phase, state, attempts, summary } = step;
  const from = timeOf(step.started);
  const to = timeOf(step.ended) ?? (from === undefined ? undefined : now);
  if (to === undefined) return undefined;
  return {
    step: id,
    title,
    phase,
    state,
    attempt: attempts,
    ...(from === undefined ? {} : { from }),
    to,
    summary: summary ?? '',
  };
}

/** A time of waiting takes this much of what is left to draw, and nothing happens in it: the rest could not be seen beside it. */
const tooMuch = 0.6;

function quietSpans(bars: readonly Untried[], { from, to }: Span): Span[] {
  const moments = bars.flatMap((bar) => [bar.from ?? bar.to, bar.to]).filter((at) => at > from && at < to);
  const all = [...new Set([from, ...moments, to])].sort((a, b) => a - b);
  const spans = all.slice(1).map((end, index) => ({ from: all[index] ?? end, to: end }));
  const quiet: Span[] = [];
  let left = to - from;
  for (const span of spans.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    // The only thing that there is to see is not cut.
    if (spans.length < 3 || lengthOf(span) <= left * tooMuch) break;
    quiet.push(span);
    left -= lengthOf(span);
  }
  return quiet.sort((a, b) => a.from - b.from);
}

const lengthOf = ({ from, to }: Span): number => to - from;
