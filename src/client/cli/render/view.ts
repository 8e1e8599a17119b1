import type { Paint } from './paint.ts';

/** How a run is looked at. */
export interface View {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly width: number;
  readonly paint: Paint;
  /** Lines of a gate's details that are shown; the rest is for `sluice show`. */
  readonly detailLines: number;
  /** Lines that the terminal has; what does not fit is told in one line. Without it, everything is shown. */
  readonly height?: number;
}
