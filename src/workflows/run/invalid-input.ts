import { ApplicationFailure } from '@temporalio/common';

/** A start that fits no shape ends at once: to try again would not make it fit. */
export function invalidInput(problems: readonly string[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `invalid input: ${problems.join('; ')}`.slice(0, 2_000),
    'InvalidInput',
  );
}
