import { z } from 'zod';
import { alsoBesideOtherProblems, duration, percent } from '../config/parts.ts';

/** What goes wrong in a rehearsal, and what its people do (docs/rehearsal.md). Durations come out in milliseconds. */

/** `10%`: once the new version takes that much of production's traffic; else the id of a step, such as `production.deploy`. */
const at = z
  .string()
  .refine((text) => /^\d+(\.\d+)?%$/.test(text) || /^[a-z]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(text), {
    error: 'not a moment: write a share of the traffic such as 10%, or a step such as production.deploy',
  })
  .transform((text) =>
    text.endsWith('%')
      ? ({ kind: 'weight', weight: Number(text.slice(0, -1)) } as const)
      : ({ kind: 'step', step: text } as const),
  );

const times = z
  .union([z.number(), z.string()], { error: 'not a ratio: write it like 3x' })
  .transform((value, context) => {
    const number = typeof value === 'number' ? value : Number(value.replace(/x$/, '').trim() || 'none');
    if (Number.isFinite(number) && number > 0) return number;
    context.addIssue({ code: 'custom', message: 'not a ratio above 0: write it like 3x' });
    return z.NEVER;
  });

const countOrAlways = (of: string) =>
  z.union([z.int().min(1).max(1_000), z.literal('always')], {
    error: `must be a number of ${of}, or always`,
  });

/** Exactly one of these says what goes wrong. */
export const faultKinds = [
  'health',
  'metrics',
  'error-rate',
  'latency',
  'alert',
  'hangs',
  'takes',
  'fails',
  'worker',
  'approvals',
  'green',
  'review',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What happens to one effect, which must be named. */
const ofAStep: readonly FaultKind[] = ['hangs', 'takes', 'fails', 'worker'];

/** What begins by itself. */
const withoutMoment: readonly FaultKind[] = ['approvals', 'green', 'review'];
/** What is over after so many, and not after a time. */
const counted: readonly FaultKind[] = ['green', 'review'];

const fault = z
  .strictObject({
    at: at.optional(),
    /** How long it lasts; without it, until the end. */
    for: duration('20m').optional(),
    health: z.literal('fails').optional(),
    metrics: z.literal('gone').optional(),
    'error-rate': percent.optional(),
    latency: times.optional(),
    /** The text of a critical alert that fires. */
    alert: z.string().min(1).max(200).optional(),
    hangs: duration('2h').optional(),
    takes: duration('10m').optional(),
    /** So many tries, or `always`. */
    fails: countOrAlways('tries').optional(),
    worker: z.literal('lost').optional(),
    approvals: z.literal('none').optional(),
    /** What is put beside blue ends at once, or answers no health check, until an agent has mended it. */
    green: z.enum(['crashes', 'unhealthy']).optional(),
    /** What the trio says. */
    review: z.enum(['fixes', 'major-flaws']).optional(),
    /** So many of the versions that are put into green, or of the reviews; without it, the first one. */
    times: countOrAlways('versions or reviews').optional(),
  })
  .superRefine((value, context) => {
    const given = faultKinds.filter((kind) => value[kind] !== undefined);
    const [kind] = given;
    if (given.length !== 1 || kind === undefined) {
      context.addIssue({
        code: 'custom',
        message: `say what goes wrong: exactly one of ${faultKinds.join(', ')}${given.length > 1 ? `, not ${given.join(' and ')}` : ''}`,
      });
      return;
    }
    if (ofAStep.includes(kind) && (value.at as { kind?: string } | undefined)?.kind !== 'step')
      context.addIssue({
        code: 'custom',
        path: value.at === undefined ? [] : ['at'],
        message: `${kind} happens to a step: say which, such as at: production.deploy`,
      });
    if (kind === 'worker' && value.for === undefined)
      context.addIssue({ code: 'custom', message: 'say how long the worker is gone, such as for: 5m' });
    if (kind === 'worker' && typeof value.for === 'number' && value.for < 60_000)
      context.addIssue({
        code: 'custom',
        path: ['for'],
        message: 'a lost worker is missed after some seconds: say at least 1m',
      });
    if (withoutMoment.includes(kind) && value.at !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['at'],
        message: `${kind}: ${value[kind]} has no moment: leave at out`,
      });
    if (counted.includes(kind) && value.for !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['for'],
        message: `${kind} does not go by time: leave for out, and say times, such as times: 2`,
      });
    if (value.times !== undefined && !counted.includes(kind))
      context.addIssue({
        code: 'custom',
        path: ['times'],
        message: `times is said of ${counted.join(' or ')}, not of ${kind}`,
      });
    if (value.times !== undefined && value.review === 'major-flaws')
      context.addIssue({
        code: 'custom',
        path: ['times'],
        message: 'major flaws end the run at the first review: leave times out',
      });
    if (['hangs', 'takes', 'fails'].includes(kind) && value.for !== undefined)
      context.addIssue({ code: 'custom', path: ['for'], message: `${kind} says it itself: leave for out` });
  }, alsoBesideOtherProblems);

export const scenarioSchema = z.strictObject({
  faults: z.array(fault).max(100).default([]),
  people: z
    .strictObject({
      /** How long after they are asked they approve; `never` is a way to say it, too. */
      'approve-after': z
        .union([z.literal('never'), duration('10m')], {
          error: 'not a duration: write it like 10m, or never',
        })
        .optional(),
      decision: z.enum(['approve', 'reject']).default('approve'),
      /** How long they take to answer a question, or to do a task. */
      'answer-after': duration('5m').prefault('5m'),
      /** By the id of the question, such as `rollout:10`: what they answer. Others get the safe answer. */
      answers: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  /** Requests a second that production gets. */
  traffic: z.number().positive().max(1_000_000).default(20),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type Fault = Scenario['faults'][number];
