import type { StepState } from './status.ts';

/** A sign for each state of a step, for those who see no colours: the same on the terminal, in the UI's details and in reports. */
export const stepSigns: Readonly<Record<StepState, string>> = {
  pending: '○',
  running: '●',
  waiting: '◆',
  succeeded: '✔',
  failed: '✖',
  skipped: '–',
  cancelled: '⊘',
};
