import type { Data, Mark, Spec } from 'vega';
import type { Limit, MetricChart, Span, WeightSpan } from '../../../domain/report/model.ts';
import { placeOf, stopsOf, type Stop } from '../../../domain/report/squeeze.ts';
import { look } from './svg.ts';
import { timeAxis, timeScale } from './time-axis.ts';

const height = 220;
/** Above the plot, for the weights' names. */
const head = 24;
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
  const padding = { left: 62, right: 12, top: head + 4, bottom: 46 };
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

const bands: readonly Mark[] = [
  {
    type: 'rect',
    from: { data: 'bands' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'from' },
        x2: { scale: 'x', field: 'to' },
        y: { value: -head },
        y2: { value: height },
        fill: { value: 'var(--band)' },
        fillOpacity: { signal: '0.10 + 0.24 * datum.weight / 100' },
      },
    },
  },
  {
    type: 'rule',
    from: { data: 'bands' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'from' },
        y: { value: -head },
        y2: { value: height },
        stroke: { value: 'var(--band)' },
        strokeOpacity: { value: 0.8 },
      },
    },
  },
  {
    type: 'text',
    from: { data: 'bands' },
    encode: {
      enter: {
        x: { signal: `(scale('x', datum.from) + scale('x', datum.to)) / 2` },
        y: { value: -head / 2 },
        text: { field: 'label' },
        align: { value: 'center' },
        baseline: { value: 'middle' },
        fontSize: { value: 12 },
        fontWeight: { value: 600 },
        fill: { value: 'var(--text)' },
      },
    },
  },
];

const gaps: readonly Mark[] = [
  {
    type: 'rect',
    from: { data: 'gaps' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'from' },
        x2: { scale: 'x', field: 'to' },
        y: { value: 0 },
        y2: { value: height },
        fill: { value: 'var(--page)' },
        fillOpacity: { value: 0.75 },
        stroke: { value: 'var(--soft)' },
        strokeDash: { value: [2, 3] },
        strokeOpacity: { value: 0.7 },
      },
    },
  },
  {
    type: 'text',
    from: { data: 'gaps' },
    encode: {
      enter: {
        x: { signal: `(scale('x', datum.from) + scale('x', datum.to)) / 2` },
        y: { value: height - 10 },
        text: { field: 'label' },
        align: { value: 'center' },
        fontSize: { value: 12 },
        fontStyle: { value: 'italic' },
        fill: { value: 'var(--soft)' },
      },
    },
  },
];

function line(name: string, data: string, field: string, dash: number[] | undefined, weight: number): Mark {
  return {
    type: 'line',
    from: { data },
    encode: {
      enter: {
        x: { scale: 'x', field: 'at' },
        y: { scale: 'y', field },
        defined: { signal: `isValid(datum.${field})` },
        stroke: { value: `var(--${name})` },
        strokeWidth: { value: weight },
        strokeJoin: { value: 'round' },
        ...(dash ? { strokeDash: { value: dash } } : {}),
      },
    },
  };
}

/**
 * The line and its name at the left end, for what is beyond a limit is mostly at the right one. Of two limits the name of the lower one
 * is under its line, so that they don't meet.
 */
function limitMarks(
  limit: Limit,
  index: number,
  limits: readonly Limit[],
  factor: number,
  width: number,
): Mark[] {
  const left = index < 2;
  const lowest = limits.length > 1 && limits.every((other) => mean(other) >= mean(limit));
  const near = valuesNear(limit, left);
  const value = (lowest ? Math.min(...near) : Math.max(...near)) * factor;
  return [
    line('limit', `limit${index}`, 'value', index === 0 ? undefined : [8, 3], 1.5),
    {
      type: 'text',
      encode: {
        enter: {
          x: { value: left ? 4 : width - 4 },
          align: { value: left ? 'left' : 'right' },
          y: { scale: 'y', value, offset: lowest ? 4 : -4 },
          text: { value: limit.label },
          fontSize: { value: 12 },
          fill: { value: 'var(--limit)' },
          baseline: { value: lowest ? 'top' : 'bottom' },
        },
      },
    },
  ];
}

const valuesOf = ({ points }: Limit): number[] => points.flatMap(({ value }) => value ?? []);

const mean = (limit: Limit): number => {
  const values = valuesOf(limit);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

/** Under or over which its name stands. */
function valuesNear(limit: Limit, left: boolean): number[] {
  const values = valuesOf(limit);
  const third = Math.ceil(values.length / 3);
  return left ? values.slice(0, third) : values.slice(-third);
}

/** Between two looks without data a line would have no length. */
const lonePoints: Mark = {
  type: 'symbol',
  from: { data: 'points' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'at' },
      y: { scale: 'y', field: 'canary' },
      size: { signal: 'datum.lone ? 18 : 0' },
      fill: { value: 'var(--canary)' },
    },
  },
};

const breaches: Mark = {
  type: 'symbol',
  from: { data: 'breaches' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'at' },
      y: { scale: 'y', field: 'value' },
      shape: { value: 'diamond' },
      size: { value: 60 },
      fill: { value: 'var(--limit)' },
      stroke: { value: 'var(--page)' },
      strokeWidth: { value: 1 },
    },
  },
};
