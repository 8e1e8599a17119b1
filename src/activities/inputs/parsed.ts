import { ApplicationFailure } from '@temporalio/common';
import type { z } from 'zod';

type Activity = (...args: never[]) => unknown;

/** Undefined: there is nothing to look at. */
export type Guard = (args: readonly unknown[]) => Promise<unknown> | undefined;

/** A schema for the arguments of each activity. One without a schema is an error of types, and so is one that says something else. */
export type Schemas<A extends Record<keyof A, Activity>> = {
  readonly [K in keyof A]: z.ZodType<Parameters<A[K]>>;
};

/**
 * Activities that parse what they are given before they do anything. Whoever can write to the Temporal namespace can ask for any of them
 * with anything: what does not fit ends at once, with a reason and without another attempt.
 * @param before looks at what fits before the activity is called; where it rejects, it isn't
 */
export function parsed<A extends Record<keyof A, Activity>>(
  schemas: Schemas<A>,
  activities: A,
  before?: Guard,
): A {
  const wrapped = { ...activities };
  for (const name of Object.keys(activities) as (keyof A & string)[])
    wrapped[name] = checked(name, schemas[name], activities[name], before);
  return wrapped;
}

function checked<F extends Activity>(
  name: string,
  schema: z.ZodType<Parameters<F>>,
  activity: F,
  before: Guard | undefined,
): F {
  const call = (...args: unknown[]): unknown => {
    const asked = parse(name, schema, args);
    const guarded = before?.(asked);
    return guarded ? guarded.then(() => activity(...asked)) : activity(...asked);
  };
  // It takes what the activity takes, and says so at run time to whoever gives it something else.
  return call as unknown as F;
}

/** @throws ApplicationFailure `InvalidInput`, not retried */
function parse<T>(name: string, schema: z.ZodType<T>, args: readonly unknown[]): T {
  const result = schema.safeParse(args);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 10)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  throw ApplicationFailure.nonRetryable(
    `invalid input of ${name}: ${problems.join('; ')}`.slice(0, 2_000),
    'InvalidInput',
  );
}
