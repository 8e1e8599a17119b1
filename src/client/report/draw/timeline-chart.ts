import type { Spec } from 'vega';
import type { Bar, Timeline } from '../../../domain/report/model.ts';
import { placeOf, stopsOf, type Stop } from '../../../domain/report/squeeze.ts';
import { excerpt } from '../../../domain/report/excerpt.ts';
import { tookText } from '../../../domain/report/words.ts';
import { phaseTitle } from '../../../domain/run/phases.ts';
import { stepSigns } from '../../../domain/run/step-signs.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { look, widths } from './svg.ts';
import { timeAxis, timeScale } from './time-axis.ts';
import { bars, labels, rowNames, waits } from './timeline-marks.ts';

/** Pixels. */
const letter = 6.4;

/** When each step ran: a row a step, a bar an attempt, under the names of the phases. */
export function timelineChart(timeline: Timeline, full: number): Spec {
  const beside = full >= widths.wide;
  const padding = { left: beside ? labels : 4, right: 12, top: 26, bottom: 46 };
  const width = full - padding.left - padding.right;
  const stops = stopsOf(timeline, timeline.quiet);
  const layout = layOut(timeline.bars, beside);
  return {
    width,
    height: layout.height,
    padding,
    autosize: 'none',
    config: look,
    data: [
      {
        name: 'quiet',
        values: timeline.quiet.map(({ from, to }) => ({ from, to, label: formatDuration(to - from) })),
      },
      { name: 'rows', values: layout.rows.map((row) => ({ ...row, text: fitted(row.text, beside, full) })) },
      { name: 'bars', values: layout.bars.map((placed) => drawn(placed, stops, width)) },
    ],
    scales: [timeScale(stops, width)],
    axes: [{ ...timeAxis(stops, width), grid: true }],
    marks: [...waits(layout.height), rowNames(beside), ...bars],
  };
}

interface Placed {
  readonly bar: Bar;
  readonly y: number;
  /** Of several tries the last one: for more words there is no room beside each other. */
  readonly told: boolean;
}

interface Row {
  readonly text: string;
  readonly y: number;
  readonly phase: boolean;
}

/** Where everything is, from the top down. */
function layOut(all: readonly Bar[], beside: boolean) {
  const height = { phase: 26, step: beside ? 22 : 38 };
  const rows: Row[] = [];
  const bars: Placed[] = [];
  let y = 0;
  for (const phase of new Set(all.map((bar) => bar.phase))) {
    if (phase !== '') {
      rows.push({ text: phaseTitle(phase), y: y + height.phase / 2 + 2, phase: true });
      y += height.phase;
    }
    const own = all.filter((bar) => bar.phase === phase);
    for (const step of new Set(own.map((bar) => bar.step))) {
      const tries = own.filter((bar) => bar.step === step);
      rows.push({ text: tries[0]?.title ?? step, y: y + 11, phase: false });
      for (const bar of tries) bars.push({ bar, y: y + height.step - 11, told: bar === tries.at(-1) });
      y += height.step;
    }
  }
  return { rows, bars, height: Math.max(30, y + 6) };
}

function fitted(text: string, beside: boolean, full: number): string {
  const most = Math.floor((beside ? labels - 24 : full - 16) / letter);
  const letters = [...excerpt(text, 10_000)];
  return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('')}…`;
}

/** The bar, and how long it took beside it: on the side where there is room. */
function drawn({ bar, y, told }: Placed, stops: readonly Stop[], width: number): object {
  const note = !told
    ? ''
    : [
        tookText(bar),
        bar.state === 'succeeded' ? '' : `${stepSigns[bar.state]} ${bar.state}`,
        bar.try > 1 ? `(try ${bar.try})` : '',
      ]
        .filter(Boolean)
        .join(' ');
  const from = placeOf(stops, bar.from ?? bar.to) * width;
  const to = Math.max(placeOf(stops, bar.to) * width, from + 3);
  const room = note.length * letter + 8;
  const [x, align] =
    to + room <= width ? [to + 5, 'left'] : from >= room ? [from - 5, 'right'] : [from + 5, 'left'];
  return {
    y,
    from,
    to,
    note,
    x,
    align,
    inside: to + room > width && from < room,
    fill: `var(--${colours[bar.state]})`,
    known: bar.from !== undefined,
  };
}

const colours: Readonly<Record<Bar['state'], string>> = {
  pending: 'soft',
  running: 'canary',
  waiting: 'open',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'soft',
  cancelled: 'soft',
};

const colourNames: Readonly<Record<string, string>> = {
  soft: 'grey',
  canary: 'blue',
  open: 'yellow',
  good: 'green',
  bad: 'red',
};

/** What the colours mean that are there. */
export function timelineKey({ bars, quiet }: Timeline): string {
  const states = [...new Set(bars.map(({ state }) => state))];
  const known = states.map((state) => `${colourNames[colours[state]] ?? ''}: ${state}`);
  const more = [
    ...(bars.some(({ from }) => from === undefined) ? ['a diamond: only its end is known'] : []),
    ...(quiet.length > 0 ? ['shaded: a long wait, drawn short'] : []),
  ];
  return `Times are UTC; ${[...known, ...more].join(', ')}.`;
}
