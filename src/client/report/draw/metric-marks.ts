import type { Mark } from 'vega';
import { height, nameHeight } from './metric-size.ts';

/** The weights, behind everything. */
export const bands: readonly Mark[] = [
  {
    type: 'rect',
    from: { data: 'bands' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'from' },
        x2: { scale: 'x', field: 'to' },
        y: { value: -nameHeight },
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
        y: { value: -nameHeight },
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
        y: { value: -nameHeight / 2 },
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

/** Where nothing was seen. */
export const gaps: readonly Mark[] = [
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

export function line(
  name: string,
  data: string,
  field: string,
  dash: number[] | undefined,
  weight: number,
): Mark {
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

/** Between two looks without data a line would have no length. */
export const lonePoints: Mark = {
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

/** What was beyond a limit. */
export const breaches: Mark = {
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
