import type { Span } from './model.ts';

/** A moment and where it is drawn: 0 is the beginning, 1 the end. */
export interface Stop {
  readonly at: number;
  readonly x: number;
}

/** Of the whole width, for each time that is drawn short. */
const share = 0.07;

/** Where moments are drawn when quiet times are drawn short: straight lines between the stops. */
export function stopsOf({ from, to }: Span, quiet: readonly Span[]): readonly Stop[] {
  const hidden = quiet.reduce((sum, span) => sum + span.to - span.from, 0);
  const shown = Math.max(1, to - from - hidden);
  const room = 1 - quiet.length * share;
  const stops: Stop[] = [{ at: from, x: 0 }];
  const go = (at: number, width: number): void => {
    const last = stops.at(-1);
    if (last && at > last.at) stops.push({ at, x: Math.min(1, last.x + width) });
  };
  for (const span of quiet) {
    go(span.from, ((span.from - (stops.at(-1)?.at ?? from)) / shown) * room);
    go(span.to, share);
  }
  go(to, ((to - (stops.at(-1)?.at ?? from)) / shown) * room);
  return stops.length > 1 ? stops : [...stops, { at: from + 1, x: 1 }];
}

/** Where a moment is drawn. */
export function placeOf(stops: readonly Stop[], at: number): number {
  const next = stops.findIndex((stop) => stop.at >= at);
  const [a, b] = next <= 0 ? [stops[0], stops[0]] : [stops[next - 1], stops[next]];
  if (next === -1 || !a || !b) return stops.at(-1)?.x ?? 0;
  return b.at === a.at ? a.x : a.x + ((at - a.at) / (b.at - a.at)) * (b.x - a.x);
}
