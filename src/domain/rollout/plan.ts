/** One step of a rollout: so much traffic, watched for so long. */
export interface RolloutStep {
  /** Percent of the traffic, above 0 and up to 100. */
  readonly weight: number;
  /** Milliseconds that it is watched for, at least. */
  readonly for: number;
  /** Requests that the new version must have served at this step before anything is said about it. */
  readonly minRequests: number;
  /** A person must say go on at its end. */
  readonly confirm: boolean;
}

/** Smaller failures are noise, larger ones are evidence: limits that hold at every step of a rollout. */
export interface RolloutLimits {
  /** Consecutive failed health checks that are no evidence yet (DW-8: more than 3 are). */
  readonly unhealthyAfter: number;
}

export interface RolloutPlan {
  /** In rising order; the last one is 100. */
  readonly steps: readonly RolloutStep[];
  readonly limits: RolloutLimits;
}

/** What is wrong with steps, all of it, in words; nothing where they are fine (SI-5). */
export function stepProblems(
  steps: readonly Pick<RolloutStep, 'weight' | 'for'>[],
): { step: number; message: string }[] {
  const problems = steps.flatMap(({ weight, for: time }, step) => {
    const before = steps[step - 1]?.weight ?? 0;
    return [
      ...(weight > 0 && weight <= 100
        ? []
        : [{ step, message: `${weight} % is no weight: it is more than 0 and at most 100` }]),
      ...(step > 0 && weight <= before
        ? [{ step, message: `${weight} % comes after ${before} %: weights rise from step to step` }]
        : []),
      ...(time > 0 ? [] : [{ step, message: 'nothing can be seen in no time: watch each step for a while' }]),
    ];
  });
  const last = steps.at(-1);
  if (!last) return [{ step: 0, message: 'a rollout needs at least one step' }];
  return last.weight === 100
    ? problems
    : [...problems, { step: steps.length - 1, message: `the last step is 100 %, not ${last.weight} %` }];
}
