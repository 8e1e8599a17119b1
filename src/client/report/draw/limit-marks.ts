import type { Mark } from 'vega';
import type { Limit } from '../../../domain/report/model.ts';
import { line } from './metric-marks.ts';

/**
 * The line and its name at the left end, for what is beyond a limit is mostly at the right one. Of two limits the name of the lower one
 * is under its line, so that they don't meet.
 */
export function limitMarks(
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
