import { ActivityFailure, CancellationScope, isCancellation, patched } from '@temporalio/workflow';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { capitalized } from '../../domain/text/capitalized.ts';
import { fenced, inline } from '../../domain/text/markdown.ts';
import { whyFailed } from '../../domain/run/why-failed.ts';
import { outcomeOf } from './answered.ts';
import { stepRef } from './effects.ts';
import { passGate } from '../gates/gates.ts';
import { Interrupted, waitWhilePaused } from './interrupt.ts';
import type { Run } from './run.ts';

export interface StepOptions {
  /** Runs to its end whatever people ask for: a rollback, or what comes after one. */
  readonly uninterruptible?: boolean;
}

/**
 * Carries out one step: waits while the run is paused, runs its effect, records how it went. An abort or a rollback
 * cancels the effect and waits until it has really stopped. Where nobody can know whether the effect happened, people are asked.
 */
export async function runStep<T>(
  run: Run,
  id: string,
  effect: (ref: StepRef) => Promise<EffectOutcome<T>>,
  options: StepOptions = {},
): Promise<EffectOutcome<T>> {
  for (;;) {
    if (!options.uninterruptible) await waitWhilePaused(run);
    const attempt = run.begin(id);
    const asking: Asking<T> = {
      ask: () => (asking.asked = effect(stepRef(run, id, attempt))),
    };
    const ended = await carryOut(run, id, asking, options);
    const outcome = outcomeOf(asking.asked, ended);
    if (!outcome.unknown) {
      const told = outcome.ok ? outcome : withReason(outcome);
      run.end(id, told.ok ? 'succeeded' : 'failed', told.summary, told.log);
      return told;
    }
    run.end(id, 'waiting', outcome.summary, outcome.log);
    const said = await orCancelled(run, id, () => askWhetherDone(run, id, outcome, options));
    if (said === 'retry') continue;
    run.end(id, said.ok ? 'succeeded' : 'failed', said.summary, outcome.log);
    return said;
  }
}

/** What a command printed is why it failed; how it ended alone says nothing to people. */
function withReason<T>(outcome: EffectOutcome<T>): EffectOutcome<T> {
  const why = whyFailed(outcome.tail);
  if (!why || outcome.summary.includes(why)) return outcome;
  return { ...outcome, summary: `${outcome.summary}: ${why}` };
}

/** A step that waits for people does not wait on when the run was stopped. */
export async function orCancelled<T>(run: Run, id: string, waiting: () => Promise<T>): Promise<T> {
  try {
    return await waiting();
  } catch (error) {
    if (error instanceof Interrupted) run.end(id, 'cancelled', `stopped: ${error.message}`);
    throw error;
  }
}

/** An effect, and what was asked for it: whose answer it is. */
interface Asking<T> {
  readonly ask: () => Promise<EffectOutcome<T>>;
  asked?: Promise<EffectOutcome<T>>;
}

async function carryOut<T>(
  run: Run,
  id: string,
  effect: Asking<T>,
  options: StepOptions,
): Promise<EffectOutcome<T>> {
  if (options.uninterruptible) return effect.ask().catch(failureAsOutcome);
  const scope = new CancellationScope();
  const work = scope.run(effect.ask).catch((error: unknown) => {
    if (isCancellation(error) || error instanceof Interrupted) return undefined;
    return failureAsOutcome(error);
  });
  await Promise.race([work, run.interruption]);
  if (run.interrupted) scope.cancel();
  const ended = await work;
  const outcome = ended === undefined ? undefined : outcomeOf(effect.asked, ended);
  if (!run.interrupted) return outcome ?? { ok: false, summary: 'it was stopped' };
  const interrupted = new Interrupted(run.interrupted);
  if (outcome?.ok) run.end(id, 'succeeded', outcome.summary, outcome.log);
  else run.end(id, 'cancelled', `stopped: ${interrupted.message}`, outcome?.log);
  throw interrupted;
}

async function askWhetherDone(
  run: Run,
  id: string,
  outcome: EffectOutcome,
  options: StepOptions,
): Promise<EffectOutcome<never> | 'retry'> {
  const end = await passGate(run, {
    id: `unknown:${id}`,
    kind: 'question',
    statement: `It is not known whether "${run.step(id).title}" was carried out. Was it?`,
    details: `${inline(outcome.summary, 1_000)}\n\nLook at the environment, then say: was it done, shall it be run again, or did it fail?`,
    choices: [
      { id: 'retry', title: 'run it again' },
      { id: 'done', title: 'it was done: go on' },
      { id: 'failed', title: 'it failed: treat it as a failure' },
    ],
    ...(options.uninterruptible ? { uninterruptible: true } : {}),
  });
  if (end.action === 'expired') return { ok: false, summary: end.reason };
  if (end.choice === 'retry') return 'retry';
  const who = end.by.join(', ');
  return end.choice === 'done'
    ? { ok: true, summary: `marked as done by ${who}` }
    : { ok: false, summary: `marked as failed by ${who}` };
}

/** An effect that gave up is a failed step of the run, not a failed workflow. */
function failureAsOutcome(error: unknown): EffectOutcome<never> {
  if (error instanceof ActivityFailure) {
    const cause = error.cause;
    return { ok: false, summary: cause?.message ?? error.message };
  }
  throw error;
}

interface Question extends StepOptions {
  /** What is the case while it isn't done. */
  readonly consequence: string;
  /** Milliseconds. */
  readonly givesUpAfter?: number;
  /** Looks whether a person has really done it by hand. */
  readonly look?: (ref: StepRef) => Promise<EffectOutcome>;
}

/**
 * Repeats a step until it succeeds: each failure is a question to people, whose `retry` goes on right here (BY-8). Who did it by hand says `done`, which is
 * looked at where it can be. The outcome is a failure only where nobody answered within `givesUpAfter`, or people leave it undone.
 */
export async function runUntilDone<T>(
  run: Run,
  id: string,
  effect: (ref: StepRef) => Promise<EffectOutcome<T>>,
  question: Question,
): Promise<EffectOutcome<T>> {
  for (;;) {
    let outcome = await runStep(run, id, effect, question);
    let statement = `"${run.step(id).title}" failed: ${outcome.summary}`;
    for (let looked = false; !outcome.ok; looked = true) {
      const end = await passGate(run, {
        id: `failed:${id}`,
        kind: 'question',
        statement,
        details: [question.consequence, ...(outcome.tail ? [fenced(outcome.tail)] : [])].join('\n\n'),
        choices: [
          { id: 'retry', title: 'try again' },
          { id: 'done', title: 'I did it by hand: go on' },
          ...(looked ? [{ id: 'leave', title: 'leave it undone: go on without it' }] : []),
        ],
        ...(question.uninterruptible ? { uninterruptible: true } : {}),
        ...(question.givesUpAfter
          ? { expiresAfter: question.givesUpAfter, onExpiry: 'the run goes on without it' }
          : {}),
      });
      if (end.action === 'expired') return outcome;
      const by = end.by.join(', ');
      if (end.choice === 'retry') break;
      if (end.choice === 'leave') return leftUndone(run, id, by, outcome.summary);
      outcome = await doneByHand(run, id, by, question);
      if (outcome.ok) return outcome;
      statement = `${by} said that "${run.step(id).title}" was done by hand. ${capitalized(outcome.summary)}`;
    }
    if (outcome.ok) return outcome;
  }
}

async function doneByHand(
  run: Run,
  id: string,
  by: string,
  question: Question,
): Promise<EffectOutcome<never>> {
  const said = `done by hand by ${by}`;
  const { look } = question;
  // Runs that were begun before took people at their word.
  const seen = look && patched('done-is-looked-at') ? await lookedAt(run, id, look, question) : undefined;
  if (seen && !seen.ok) return { ok: false, summary: seen.summary };
  const summary = seen ? `${said}: ${seen.summary}` : said;
  run.end(id, 'succeeded', summary);
  return { ok: true, summary };
}

async function lookedAt(
  run: Run,
  id: string,
  look: (ref: StepRef) => Promise<EffectOutcome>,
  options: StepOptions,
): Promise<EffectOutcome> {
  const asking: Asking<unknown> = { ask: () => (asking.asked = look(stepRef(run, id))) };
  const ended = await carryOut(run, id, asking, options);
  return outcomeOf(asking.asked, ended);
}

function leftUndone(run: Run, id: string, by: string, why: string): EffectOutcome<never> {
  const summary = `left undone by ${by}: ${why}`;
  run.end(id, 'failed', summary);
  run.concern(`"${run.step(id).title}" was ${summary}`);
  return { ok: false, summary };
}
