import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';

/**
 * Logs begin and end of every effect, and gives all lines of it what it is about: step, try, product, environment. An attempt that failed
 * is told by Temporal itself, with the same fields.
 */
export function logEffects({ info, log }: Context): ActivityInterceptors {
  const effect = info.activityType;
  const { attempt } = info;
  let about: Subject = {};
  return {
    inbound: {
      async execute(input, next) {
        about = subjectOf(input.args);
        // What belongs to no step is read or written down on the way, dozens of times a run.
        const level = about.step === undefined ? 'debug' : 'info';
        if (attempt > 1) log.info(`${effect} begins again: attempt ${attempt}`);
        else log.debug(`${effect} begins`);
        const began = performance.now();
        const durationMs = (): number => Math.round(performance.now() - began);
        try {
          const result: unknown = await next(input);
          const { summary, ...outcome } = outcomeOf(result);
          const message = `${effect} ${outcome.ok === false ? 'says no' : 'is done'}`;
          const said = summary === undefined ? message : `${message}: ${summary}`;
          log[outcome.ok === false ? 'warn' : level](said, { ...outcome, durationMs: durationMs() });
          return result;
        } catch (error) {
          if (error instanceof CancelledFailure)
            log.info(`${effect} was stopped`, { durationMs: durationMs() });
          throw error;
        }
      },
    },
    outbound: {
      getLogAttributes: (attributes, next) => next({ ...attributes, ...about }),
    },
  };
}

interface Subject {
  step?: string | undefined;
  try?: number;
  product?: string | undefined;
  environment?: string | undefined;
  version?: string | undefined;
}

/** What an effect is about, as far as its arguments say so: the step that it belongs to comes first, what is asked for second. */
export function subjectOf(args: readonly unknown[]): Subject {
  const found: Subject = {};
  for (const arg of args) {
    const parts = [arg, propertyOf(arg, 'target')];
    for (const part of parts) {
      found.step ??= textOf(part, 'step');
      found.product ??= textOf(part, 'product');
      found.environment ??= textOf(part, 'environment');
      found.version ??= textOf(part, 'version');
      const tried = propertyOf(part, 'try');
      if (typeof tried === 'number') found.try ??= tried;
    }
  }
  return found;
}

function outcomeOf(result: unknown): {
  readonly ok?: boolean;
  readonly summary?: string;
  readonly output?: string;
} {
  const ok = propertyOf(result, 'ok');
  const summary = textOf(result, 'summary');
  const output = textOf(result, 'log');
  return {
    ...(typeof ok === 'boolean' ? { ok } : {}),
    ...(summary === undefined ? {} : { summary }),
    ...(output === undefined ? {} : { output }),
  };
}

function textOf(value: unknown, name: string): string | undefined {
  const found = propertyOf(value, name);
  return typeof found === 'string' ? found : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
