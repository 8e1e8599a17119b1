import type { Watched, WatchRequest } from '../../activities/rollout/watch.ts';
import type { Decision } from '../../domain/rollout/decision.ts';
import type { RolloutPlan } from '../../domain/rollout/plan.ts';
import { since } from '../../domain/rollout/series.ts';
import type { RolloutState } from '../../domain/rollout/state.ts';
import { stepIds } from '../../domain/rollout/steps.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { targetOf } from '../environments/deployment.ts';
import { RollbackWanted } from '../rollback/issues.ts';
import { effects, stepRef } from '../run/effects.ts';
import { flushBeside } from '../run/flush.ts';
import { Interrupted } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { rest, watchUntil } from './interruptible-watch.ts';
import type { Question } from './question.ts';
import { ask } from './question.ts';
import type { Rollout } from './rollout.ts';
import type { Steering } from './steering.ts';

/** What the watch of a step goes on from. */
export type Known = Pick<WatchRequest, 'state' | 'lastKnown' | 'series'>;

/** Watches one step until it may go on. Whatever speaks against the version ends in `RollbackWanted`. */
export async function watchStep(
  run: Run,
  rollout: Rollout,
  plan: RolloutPlan,
  steering: Steering,
  from: Known,
): Promise<Known> {
  const weight = plan.steps[from.state.step]?.weight ?? 100;
  const id = stepIds(weight).watch;
  let known = from;
  let question: Question | undefined;
  let failures = 0;
  run.begin(id);
  try {
    for (;;) {
      const said = steering.changes;
      const isNews = (): boolean => steering.changes !== said || question?.answer() !== undefined;
      const state = heard(run, steering, known.state);
      const request = {
        target: targetOf(rollout.deployment),
        baseline: rollout.previous,
        ...known,
        state,
        asking: question !== undefined,
      };
      const watch = () => effects.watchRollout(stepRef(run, id, run.step(id).attempts), request);
      const outcome = await watchUntil(run, watch, isNews);
      if (outcome.value) note(run, id, weight, known, outcome.value);
      known = outcome.value ? knownFrom(outcome.value) : { ...known, state };
      const decision = decisionOf(outcome);
      if (decision?.action === 'roll-back')
        throw new RollbackWanted(`at ${weight} %: ${decision.reason}`, 'critical');
      if (decision?.action === 'advance' || decision?.action === 'complete') {
        run.end(id, 'succeeded', withName(steering, decision.reason));
        return known;
      }
      if (decision?.action === 'ask') question ??= ask(run, rollout, weight, decision);
      failures = failed(outcome) ? failures + 1 : 0;
      if (failures > 0) await rest(run, failures, isNews);
      if (!question?.answer()) continue;
      if (heed(run, weight, question, steering)) return known;
      question = undefined;
    }
  } catch (error) {
    if (error instanceof Interrupted) run.end(id, 'cancelled', `stopped: ${error.message}`);
    if (error instanceof RollbackWanted) run.end(id, 'failed', error.message);
    throw error;
  } finally {
    question?.withdraw();
  }
}

/** Does what people answered. @returns whether the step is over with it */
function heed(run: Run, weight: number, { blind, answer }: Question, steering: Steering): boolean {
  const said = answer();
  if (!said) return false;
  if (said.action === 'expired' || said.choice === 'rollback')
    throw new RollbackWanted(`at ${weight} %: ${said.reason}`, 'high');
  const names = said.by.join(', ');
  if (!blind) {
    steering.promote(names, false);
    return false;
  }
  const accepted = `not seen by Sluice, and answered for by ${names}${said.comment ? `: ${said.comment}` : ''}`;
  run.concern(`${weight} % was ${accepted}`);
  run.end(stepIds(weight).watch, 'succeeded', accepted);
  return true;
}

/** It could not be carried out, and nothing was seen. */
const failed = (outcome: EffectOutcome<Watched>): boolean => !outcome.ok && !outcome.value;

function decisionOf(outcome: EffectOutcome<Watched>): Decision | undefined {
  return failed(outcome)
    ? { action: 'ask', blind: true, reason: `the watch failed: ${outcome.summary}` }
    : outcome.value?.decision;
}

const knownFrom = ({ state, lastKnown, series }: Watched): Known => ({ state, lastKnown, series });

/** What people have said up to now, as the watch has to know it. */
function heard(run: Run, steering: Steering, state: RolloutState): RolloutState {
  return {
    ...state,
    paused: run.paused !== undefined,
    confirmed: state.confirmed || steering.promotedBy !== undefined,
    promotedFully: steering.fullyPromotedBy !== undefined,
  };
}

function withName({ promotedBy, fullyPromotedBy }: Steering, reason: string): string {
  const name = promotedBy ?? fullyPromotedBy;
  return name === undefined
    ? reason
    : `${reason} (${name}${promotedBy === undefined ? ', all the way' : ''})`;
}

/** Shows what was seen, and writes it down: the numbers themselves stay in the record. */
function note(run: Run, id: string, weight: number, before: Known, seen: Watched): void {
  run.traffic.shows(seen.lines);
  run.write('evidence', `${weight} %: ${seen.decision?.reason ?? 'watched on'}`, {
    step: id,
    weight,
    decision: seen.decision,
    series: since(before.series, seen.series),
  });
  run.publish();
  flushBeside(run);
}
