import type { Mark } from 'vega';
import { height, nameHeight } from './metric-size.ts';
import { asideLook, spanArea, spanLabel } from './span-marks.ts';

/** The weights, behind everything. */
export const bands: readonly Mark[] = [
  spanArea('bands', [-nameHeight, height], {
    fill: { value: 'var(--band)' },
    fillOpacity: { signal: '0.10 + 0.24 * datum.weight / 100' },
  }),
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
  spanLabel('bands', -nameHeight / 2, {
    baseline: { value: 'middle' },
    fontWeight: { value: 600 },
    fill: { value: 'var(--text)' },
  }),
];

/** Where nothing was seen. */
export const gaps: readonly Mark[] = [
  spanArea('gaps', [0, height], {
    fill: { value: 'var(--page)' },
    fillOpacity: { value: 0.75 },
    stroke: { value: 'var(--soft)' },
    strokeDash: { value: [2, 3] },
    strokeOpacity: { value: 0.7 },
  }),
  spanLabel('gaps', height - 10, asideLook),
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
