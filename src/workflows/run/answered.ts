import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { answerProblems } from './answers.ts';

type Name = keyof Activities;

/** Which activity an answer is awaited of. */
const asked = new WeakMap<Promise<unknown>, Name>();

/**
 * Activities, whose answers are known by the promises of them. The promises are those of Temporal: another one, that looks at the answer,
 * would be resolved a moment later, and what runs do at the same time would come in another order than it did in their histories.
 */
export function named<A extends Partial<Activities>>(activities: A): A {
  const ask = (name: Name): unknown => {
    const activity = activities[name] as Askable | undefined;
    return (...args: unknown[]) => {
      const summary = summaryOf(args[0]);
      const answer = activity?.executeWithOptions(summary === undefined ? {} : { summary }, args);
      if (answer) asked.set(answer, name);
      return answer;
    };
  };
  // As proxies of activities are: an activity is there once it is asked for.
  return new Proxy(activities, { get: (_, name) => ask(name as Name) });
}

/** An activity of Temporal's, as far as it is asked here. */
interface Askable {
  executeWithOptions(options: { readonly summary?: string }, args: unknown[]): Promise<unknown>;
}

/** What the UI's timeline calls an activity: the step that it is for, or the product or environment that it is about. */
function summaryOf(first: unknown): string | undefined {
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null) return undefined;
  const { step, try: tries = 1, environment } = first as Partial<StepRef & { readonly environment: string }>;
  if (step === undefined) return environment;
  return tries > 1 ? `${step}, try ${tries}` : step;
}

/** They change something: without an answer nobody knows whether they did, and people look. */
const changing: readonly Name[] = ['database', 'deploy', 'shift', 'activate', 'rollBack', 'retire'];

/**
 * What a run goes on with after an effect: its outcome, where that is one, and otherwise that there is none.
 * @param effect the activity, or what it was awaited by; what a run made of it by itself needs no look
 */
export function outcomeOf<T>(
  effect: Name | Promise<unknown> | undefined,
  outcome: EffectOutcome<T>,
): EffectOutcome<T> {
  const name = typeof effect === 'string' ? effect : effect && asked.get(effect);
  const wrong = name && reasonAgainst(name, outcome);
  if (!wrong) return outcome;
  return { ok: false, summary: wrong, ...(changing.includes(name) ? { unknown: true } : {}) };
}

/** @throws ActivityFailure as where it can't be carried out, however often it is tried */
export function answerOf<T>(activity: Name, answer: T): T {
  const reason = reasonAgainst(activity, answer);
  if (reason === undefined) return answer;
  const cause = ApplicationFailure.nonRetryable(reason, 'NoAnswer');
  throw new ActivityFailure(reason, activity, undefined, 'NON_RETRYABLE_FAILURE', undefined, cause);
}

/** Why a run can't go on with an answer; undefined where it can. */
export function reasonAgainst(activity: Name, answer: unknown): string | undefined {
  const problems = answerProblems(activity, answer);
  return problems.length === 0
    ? undefined
    : `${activity} gave no answer to go on with: ${problems.slice(0, 5).join('; ')}`.slice(0, 1_000);
}
