import type { Mark } from 'vega';
import { asideLook, spanArea, spanLabel } from './span-marks.ts';

/** Pixels, for the names beside the bars. */
export const labels = 336;

/** Long waits that are drawn short. */
export const waits = (height: number): readonly Mark[] => [
  spanArea('quiet', [0, height], { fill: { value: 'var(--quiet)' } }),
  spanLabel('quiet', -8, asideLook),
];

export const rowNames = (beside: boolean): Mark => ({
  type: 'text',
  from: { data: 'rows' },
  encode: {
    enter: {
      x: beside ? { signal: `datum.phase ? ${-labels + 4} : ${-labels + 16}` } : { value: 0 },
      y: { field: 'y' },
      text: { field: 'text' },
      baseline: { value: 'middle' },
      fontSize: { value: 12.5 },
      fontWeight: { signal: `datum.phase ? 'bold' : 'normal'` },
      fill: { value: 'var(--text)' },
    },
  },
});

export const bars: readonly Mark[] = [
  {
    type: 'rect',
    from: { data: 'bars' },
    encode: {
      enter: {
        x: { field: 'from' },
        x2: { field: 'to' },
        y: { signal: 'datum.y - 6' },
        height: { signal: 'datum.known ? 12 : 0' },
        cornerRadius: { value: 2 },
        fill: { field: 'fill' },
      },
    },
  },
  {
    // Only the end is known.
    type: 'symbol',
    from: { data: 'bars' },
    encode: {
      enter: {
        x: { field: 'from' },
        y: { field: 'y' },
        shape: { value: 'diamond' },
        size: { signal: 'datum.known ? 0 : 70' },
        fill: { field: 'fill' },
      },
    },
  },
  {
    type: 'text',
    from: { data: 'bars' },
    encode: {
      enter: {
        x: { field: 'x' },
        y: { field: 'y' },
        text: { field: 'note' },
        align: { field: 'align' },
        baseline: { value: 'middle' },
        fontSize: { value: 12 },
        fill: { signal: `datum.inside ? 'var(--text)' : 'var(--soft)'` },
      },
    },
  },
];
