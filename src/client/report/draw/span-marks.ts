import type { EncodeEntry, Mark } from 'vega';

/** A rectangle over the time of each row, from `from` to `to`, between two heights in pixels. */
export function spanArea(data: string, [top, bottom]: readonly [number, number], look: EncodeEntry): Mark {
  return {
    type: 'rect',
    from: { data },
    encode: {
      enter: {
        x: { scale: 'x', field: 'from' },
        x2: { scale: 'x', field: 'to' },
        y: { value: top },
        y2: { value: bottom },
        ...look,
      },
    },
  };
}

/** The `label` of each row, in the middle of its time. */
export function spanLabel(data: string, y: number, look: EncodeEntry): Mark {
  return {
    type: 'text',
    from: { data },
    encode: {
      enter: {
        x: { signal: `(scale('x', datum.from) + scale('x', datum.to)) / 2` },
        y: { value: y },
        text: { field: 'label' },
        align: { value: 'center' },
        fontSize: { value: 12 },
        ...look,
      },
    },
  };
}

/** Of what is beside the matter: waits, and times in which nothing was seen. */
export const asideLook: EncodeEntry = {
  fontStyle: { value: 'italic' },
  fill: { value: 'var(--soft)' },
};
