/** One step that a run will go through, known before it starts. */
export interface PlannedStep<Phase extends string = string> {
  readonly id: string;
  readonly phase: Phase;
  readonly title: string;
}

/** Id and title of a step, and whether it is planned at all. */
export type Planned = readonly [id: string, title: string, when?: boolean];

/** The steps of one phase, without those that are not planned. */
export function stepsIn<P extends string>(phase: P, steps: readonly Planned[]): PlannedStep<P>[] {
  return steps.flatMap(([id, title, when = true]) => (when ? [{ id, phase, title }] : []));
}
