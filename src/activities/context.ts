import { ApplicationFailure } from '@temporalio/common';
import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity';
import type { StepRef } from '../domain/run/effect-outcome.ts';
import type { EffectContext, Log } from './ports/index.ts';

/** The context that ports are given, from Temporal's and the step that the effect belongs to. */
export function effectContext(ref: StepRef): EffectContext {
  const info = activityInfo();
  // One by itself has no id but what whoever asks for it has chosen: it could be any run, also one that goes on.
  if (!info.workflowExecution)
    throw ApplicationFailure.nonRetryable(
      'an effect is asked for by a run, and by nobody else',
      'InvalidInput',
    );
  const { workflowId, runId } = info.workflowExecution;
  const details: unknown = info.heartbeatDetails;
  return {
    run: workflowId,
    step: ref.step,
    // An inquiry is no step of a run and names none.
    key: `${workflowId}/${ref.run ?? runId}/${ref.step}/${ref.try}`,
    attempt: info.attempt,
    previous: details,
    signal: cancellationSignal(),
    heartbeat: (beat) => {
      heartbeat(beat);
    },
    log: withFields({}),
  };
}

/**
 * For a look within an effect, which is no part of it: neither its key nor what it beats may be taken for the effect's.
 * @param name tells it apart from other looks of the same effect
 */
export function asLook(context: EffectContext, name: string): EffectContext {
  return {
    ...context,
    key: `${context.key}/${name}`,
    attempt: 1,
    previous: undefined,
    heartbeat: () => undefined,
  };
}

/**
 * Beats every two seconds while something that may not beat itself goes on. What is beaten inside with details keeps its
 * details: they are what a later attempt is given.
 */
export async function beating<T>(
  context: EffectContext,
  work: (context: EffectContext) => Promise<T>,
): Promise<T> {
  let latest = context.previous;
  const beat = (details?: unknown): void => {
    latest = details ?? latest;
    context.heartbeat(latest);
  };
  beat();
  const timer = setInterval(beat, 2_000);
  try {
    return await work({ ...context, heartbeat: beat });
  } finally {
    clearInterval(timer);
  }
}

/** The log of the effect that runs: Temporal adds which run, step and attempt it is (src/workers/log/effects.ts). */
function withFields(always: Record<string, unknown>): Log {
  return {
    debug: (message, fields) => {
      log.debug(message, { ...always, ...fields });
    },
    info: (message, fields) => {
      log.info(message, { ...always, ...fields });
    },
    warn: (message, fields) => {
      log.warn(message, { ...always, ...fields });
    },
    error: (message, fields) => {
      log.error(message, { ...always, ...fields });
    },
    child: (fields) => withFields({ ...always, ...fields }),
  };
}
