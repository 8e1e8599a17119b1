import { z } from 'zod';
import { stepProblems } from '../rollout/plan.ts';
import { duration, isMapping, relativePath } from './parts.ts';

/** Percent of the traffic as people write it: `10` or `10%`. Whether it is a weight at all is judged with its neighbours. */
const weight = z
  .union([z.number(), z.string()], { error: 'not a weight: write it like 10 or 10%' })
  .transform((value, context) => {
    const text = typeof value === 'string' ? value.replace(/%$/, '').trim() : value;
    const number = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(number)) return number;
    context.addIssue({ code: 'custom', message: 'not a weight: write it like 10 or 10%' });
    return z.NEVER;
  });

const step = z.strictObject({
  /** Such as `canary`; shown to people. */
  name: z.string().min(1).max(80).optional(),
  weight,
  /** How long it is watched at least. */
  for: duration('10m').prefault('5m'),
  /** Requests that the new version must have served at this step. */
  minRequests: z.int().min(0).default(0),
  /** Whether a person must say go on at its end. */
  confirm: z.boolean().default(false),
});

const steps = z
  .array(step)
  .max(50, { error: 'at most 50 steps' })
  .superRefine(
    (value, context) => {
      for (const { step: index, message } of stepProblems(value))
        context.addIssue({ code: 'custom', path: value.length === 0 ? [] : [index], message });
    },
    {
      // Together with other problems, as far as the weights and times can be read.
      when: ({ value }) =>
        Array.isArray(value) &&
        value.every(
          (each: unknown) =>
            isMapping(each) && 'weight' in each && 'for' in each && typeof each.for === 'number',
        ),
    },
  );

/** SI-5: canary, early adopters, expansion, everybody. */
const defaultSteps = [1, 10, 50, 100].map((percent) => ({ weight: percent }));

/** The content of a `rollout-strategy.json` (SI-5; docs/rollouts.md). */
export const rolloutStrategySchema = z.strictObject({
  $schema: z.string().optional(),
  steps,
});

export const rolloutSchema = z
  .strictObject({
    /** A `rollout-strategy.json` beside `sluice.yaml` that has the steps. */
    strategy: relativePath.optional(),
    steps: steps.optional(),
    /** How often the new version is looked at. */
    every: duration('10s').prefault('10s'),
    /** Held for so long for want of evidence, people are asked. */
    askAfter: duration('30m').prefault('30m'),
  })
  .refine((value) => value.strategy === undefined || value.steps === undefined, {
    error: 'say the steps once: either here or in the strategy file',
    path: ['steps'],
  })
  .transform(({ steps: own, ...rest }) => ({
    ...rest,
    steps: own ?? z.array(step).parse(defaultSteps),
  }));

export type RolloutConfig = z.output<typeof rolloutSchema>;
