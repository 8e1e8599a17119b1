import type { Axis, Scale } from 'vega';
import { scale } from 'vega';
import type { Stop } from '../../../domain/report/squeeze.ts';

/** The library's own scale of times, which knows the round ones. */
const utcScale = scale('utc') as () => {
  domain(ends: readonly number[]): { ticks(count: number): readonly Date[] };
};

/** Pixels that a time needs. */
const room = { time: 76, day: 104 } as const;

/** A scale of times in UTC, straight between the stops. */
export function timeScale(stops: readonly Stop[], width: number): Scale {
  return {
    name: 'x',
    type: 'utc',
    domain: stops.map(({ at }) => at),
    range: stops.map(({ x }) => x * width),
  };
}

export function timeAxis(stops: readonly Stop[], width: number): Axis {
  const ends = [stops[0], stops.at(-1)].map((stop) => new Date(stop?.at ?? 0).toISOString().slice(0, 10));
  const oneDay = ends[0] === ends[1];
  const values = ticksOf(stops, width, oneDay ? room.time : room.day);
  const time = values.some((at) => at % 60_000 !== 0) ? '%H:%M:%S' : '%H:%M';
  return {
    scale: 'x',
    orient: 'bottom',
    format: oneDay ? time : `%d %b ${time}`,
    formatType: 'utc',
    values,
    labelOverlap: 'greedy',
    labelSeparation: 8,
    labelFlush: true,
    title: `UTC, ${ends[0] ?? ''}${oneDay ? '' : ' and later'}`,
    titleAnchor: 'end',
  };
}

/** Round times in each part that has room for them; parts that are drawn short have none. */
function ticksOf(stops: readonly Stop[], width: number, each: number): number[] {
  return stops.slice(1).flatMap((to, index) => {
    const from = stops[index] ?? to;
    const count = Math.floor(((to.x - from.x) * width) / each);
    if (count < 1) return [];
    const ticks = utcScale().domain([from.at, to.at]).ticks(count);
    return ticks.map(Number);
  });
}
