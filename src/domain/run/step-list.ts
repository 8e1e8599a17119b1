import type { PlannedStep } from '../flows/plan.ts';
import type { RunStatus, StepState, StepStatus } from './status.ts';

/** The steps of a run in their order. The functions change nothing: each gives the list as it is then. */
export type StepList = readonly StepStatus[];

/** How a step ended. */
export interface StepEnd {
  readonly state: StepState;
  readonly summary: string;
  /** ISO 8601. */
  readonly at: string;
  readonly log?: string | undefined;
}

/** The step of this id; one that no plan names stands under its id, in the phase that the run is in. */
export function stepOf(list: StepList, id: string, phase: string): StepStatus {
  return list.find((step) => step.id === id) ?? pending({ id, phase, title: id });
}

/** With the steps of a plan that are not there yet, at the end. */
export function withPlan(list: StepList, plan: readonly PlannedStep[]): StepList {
  return plan.reduce(
    (known, step) => (known.some(({ id }) => id === step.id) ? known : [...known, pending(step)]),
    list,
  );
}

/** The step is carried out, for the first time or once more: what the time before said of it is gone, but for its log. */
export function withBegun(list: StepList, step: StepStatus, at: string): StepList {
  const { log, attempts } = step;
  return withStep(list, {
    ...pending(step),
    state: 'running',
    attempts: attempts + 1,
    started: at,
    ...failuresOf(step),
    ...(log ? { log } : {}),
  });
}

/** Nothing of it runs any more: people are to say how it ends. */
export function withWaiting(list: StepList, step: StepStatus): StepList {
  return withStep(list, { ...step, state: 'waiting' });
}

export function withEnded(list: StepList, step: StepStatus, { state, summary, at, log }: StepEnd): StepList {
  return withStep(list, { ...step, state, summary, ended: at, ...(log ? { log } : {}) });
}

/**
 * Pending again from the first step on whose id begins so: what an earlier pass showed no longer holds. Attempts go on counting, for they
 * name the effects.
 */
export function restartedFrom(list: StepList, prefix: string): StepList {
  const from = list.findIndex(({ id }) => id.startsWith(prefix));
  if (from === -1) return list;
  return list.map((step, index) =>
    index < from ? step : { ...pending(step), attempts: step.attempts, ...failuresOf(step) },
  );
}

/** Tries in vain up to now, since the step last succeeded. */
function failuresOf({ state, ended, failures = 0 }: StepStatus): Pick<StepStatus, 'failures'> {
  if (state === 'succeeded') return {};
  // What waits for people from the start has not been tried; what ended so is of an outcome that nobody knew.
  const inVain = state === 'failed' || (state === 'waiting' && ended !== undefined);
  const all = failures + (inVain ? 1 : 0);
  return all > 0 ? { failures: all } : {};
}

/** Which try it is, counted from the first that failed; what is still ahead, or left out, is none. */
export const tryOf = ({ state, failures = 0 }: Pick<StepStatus, 'state' | 'failures'>): number =>
  state === 'pending' || state === 'skipped' ? 1 : failures + 1;

/** As people see them: a run that has ended comes to none of those that are still ahead, nor does one that goes back, but for the way back. */
export function toldSteps({
  steps,
  outcome,
  stage,
}: Pick<RunStatus, 'steps' | 'outcome' | 'stage'>): StepList {
  if (outcome === undefined && stage !== 'rolling-back') return steps;
  return steps.map((step) =>
    step.state === 'pending' && (outcome !== undefined || step.phase !== 'rollback')
      ? { ...step, summary: notReached }
      : step,
  );
}

export const notReached = 'not reached';

/** Those that were begun and have not ended. */
export function unfinished(list: StepList): StepStatus[] {
  return list.filter(({ state }) => state === 'running' || state === 'waiting');
}

const pending = ({ id, phase, title }: PlannedStep): StepStatus => ({
  id,
  phase,
  title,
  state: 'pending',
  attempts: 0,
});

function withStep(list: StepList, step: StepStatus): StepList {
  return list.some(({ id }) => id === step.id)
    ? list.map((known) => (known.id === step.id ? step : known))
    : [...list, step];
}
