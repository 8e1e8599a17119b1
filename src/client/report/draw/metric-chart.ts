import type { Data, Spec } from 'vega';
import type { Limit, MetricChart, Span, WeightSpan } from '../../../domain/report/model.ts';
import { placeOf, stopsOf, type Stop } from '../../../domain/report/squeeze.ts';
import { limitMarks } from './limit-marks.ts';
import { bands, breaches, gaps, line, lonePoints } from './metric-marks.ts';
import { height, nameHeight } from './metric-size.ts';
import { look } from './svg.ts';
import { timeAxis, timeScale } from './time-axis.ts';

/** Pixels, on average. */
const letter = 6.6;

/**
 * A metric against its limits: the weights as bands behind it, the new version as a solid line, the version before as a dashed one, the
 * limits drawn and named, what is beyond them as points. Where nothing was seen there is no line.
 */
export function metricChart(
  chart: MetricChart,
  weights: readonly WeightSpan[],
  span: Span,
  full: number,
): Spec {
  const padding = { left: 62, right: 12, top: nameHeight + 4, bottom: 46 };
  const width = full - padding.left - padding.right;
  const stops = stopsOf(span, []);
  const { factor, suffix } = chart.unit;
  const limits = chart.limits.filter(({ points }) => points.some(({ value }) => value !== null));
  return {
    width,
    height,
    padding,
    autosize: 'none',
    config: look,
    data: [
      { name: 'bands', values: weights.map((band) => labelled(band, stops, width)) },
      { name: 'points', values: withBreaks(chart) },
      { name: 'breaches', values: chart.breaches.map(({ at, value }) => ({ at, value: value * factor })) },
      { name: 'gaps', values: chart.gaps.map((gap) => labelledGap(gap, stops, width)) },
      ...limits.map((limit, index): Data => ({ name: `limit${index}`, values: limitLine(limit, chart) })),
    ],
    scales: [
      timeScale(stops, width),
      { name: 'y', type: 'linear', domain: [...yDomain(chart)], range: 'height', nice: 4 },
    ],
    axes: [
      timeAxis(stops, width),
      {
        scale: 'y',
        orient: 'left',
        grid: true,
        tickCount: 4,
        domain: false,
        ticks: false,
        labelPadding: 8,
        encode: { labels: { update: { text: { signal: `datum.label + '${suffix}'` } } } },
      },
    ],
    marks: [
      ...bands,
      ...gaps,
      line('baseline', 'points', 'baseline', [5, 4], 1.75),
      ...limits.flatMap((limit, index) => limitMarks(limit, index, limits, factor, width)),
      line('canary', 'points', 'canary', undefined, 2.25),
      lonePoints,
      breaches,
    ],
  };
}

/** From zero on, where values are not below it, up to what is measured and what is allowed. */
function yDomain({ points, limits, unit }: MetricChart): readonly [number, number] {
  const values = [
    ...points.flatMap(({ canary, baseline }) => [canary, baseline]),
    ...limits.flatMap((limit) => limit.points.map(({ value }) => value)),
  ].flatMap((value) => (value === null ? [] : [value * unit.factor]));
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  return top === bottom ? [0, 1] : [bottom, top + (top - bottom) * 0.12];
}

/** Rows for the lines: a row without values where nobody watched, so that no line goes through it. */
function withBreaks({ points, gaps, unit }: MetricChart): object[] {
  const scaled = (value: number | null): number | null => (value === null ? null : value * unit.factor);
  const rows = points.map(({ at, canary, baseline }, index) => ({
    at,
    canary: scaled(canary),
    baseline: scaled(baseline),
    lone: canary !== null && [points[index - 1], points[index + 1]].every((next) => next?.canary == null),
  }));
  const breaks = unwatched(gaps).map((at) => ({ at, canary: null, baseline: null, lone: false }));
  return [...rows, ...breaks].sort((a, b) => a.at - b.at);
}

/** The middle of each time in which nobody watched. */
const unwatched = (gaps: MetricChart['gaps']): number[] =>
  gaps.filter(({ why }) => why === 'not-watched').map(({ from, to }) => (from + to) / 2);

function limitLine({ points }: Limit, { unit, gaps }: MetricChart): object[] {
  const rows = points.map(({ at, value }) => ({ at, value: value === null ? null : value * unit.factor }));
  return [...rows, ...unwatched(gaps).map((at) => ({ at, value: null }))].sort((a, b) => a.at - b.at);
}

const widthOf = ({ from, to }: Span, stops: readonly Stop[], width: number): number =>
  (placeOf(stops, to) - placeOf(stops, from)) * width;

/** The longest name that fits; none where not even the weight does. */
function labelled(band: WeightSpan, stops: readonly Stop[], width: number): object {
  const { weight, name, from, to } = band;
  const fits = (text: string): boolean => text.length * letter < widthOf(band, stops, width) - 4;
  const options = [...(name === undefined ? [] : [`${name} ${weight} %`]), `${weight} %`, `${weight}`];
  return { from, to, weight, label: options.find(fits) ?? '' };
}

function labelledGap(gap: MetricChart['gaps'][number], stops: readonly Stop[], width: number): object {
  const label = gap.why === 'no-data' ? 'no data' : 'not watched';
  const fits = label.length * letter < widthOf(gap, stops, width) - 4;
  return { ...gap, label: fits ? label : '' };
}
