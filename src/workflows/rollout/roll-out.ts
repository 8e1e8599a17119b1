import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Approval } from '../../domain/gates/approval.ts';
import type { Watched, WatchRequest } from '../../activities/rollout/watch.ts';
import { defaultMetrics } from '../../domain/metrics/default-metrics.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { productionOf } from '../../domain/environments/purpose.ts';
import { approversOf } from '../../domain/gates/approval-terms.ts';
import { bullets } from '../../domain/text/markdown.ts';
import { planOf, stepIds } from '../../domain/rollout/steps.ts';
import type { Decision } from '../../domain/rollout/decision.ts';
import type { RolloutPlan } from '../../domain/rollout/plan.ts';
import { firstState, nextStep } from '../../domain/rollout/state.ts';
import type { RolloutState } from '../../domain/rollout/state.ts';
import { since } from '../../domain/rollout/series.ts';
import { effects, stepRef } from '../run/effects.ts';
import type { Deployment } from '../environments/environments.ts';
import { targetOf } from '../environments/environments.ts';
import type { GateEnd } from '../gates/gates.ts';
import { flushBeside } from '../run/flush.ts';
import { passGate } from '../gates/gates.ts';
import { Interrupted, stopIfInterrupted } from '../run/interrupt.ts';
import { RollbackWanted } from '../rollback/issues.ts';
import type { Run } from '../run/run.ts';
import { Steering } from './steering.ts';
import { runStep } from '../run/steps.ts';

export interface Rollout {
  readonly deployment: Deployment;
  readonly config: ProductConfig;
  /** What serves beside the new version. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  /** Checked again at each weight, where the version was put there under another approval. */
  readonly approval?: Approval;
}

/** The approval no longer covers what would take traffic. */
export class ApprovalVoid extends Error {
  override readonly name = 'ApprovalVoid';
  readonly objections: readonly string[];
  constructor(objections: readonly string[]) {
    super(`the approval is void: ${objections.join('; ')}`);
    this.objections = objections;
  }
}

/** Without an answer about a router that takes no weight, traffic goes back while that may still be possible. */
const routerAnswerWithin = 15 * 60_000;
/** Milliseconds until a watch is tried again that could not be carried out. */
const afterFailedWatch = { first: 30_000, longest: 15 * 60_000 } as const;

/**
 * Takes a version that runs beside the one that serves from its first percent of the traffic to all of it (SI-5), as far as evidence lets
 * it. Whatever speaks against the version ends in `RollbackWanted`; what can't be seen holds and, in the end, asks people (BY-4).
 */
export async function rollOut(run: Run, rollout: Rollout): Promise<void> {
  const { deployment, config, previous } = rollout;
  const settings = config.rollout;
  if (!settings) return;
  const plan = planOf(settings, deployment.environment.health, previous !== null);
  const { version, previousVersion } = deployment;
  const { rules } = config.metrics ?? defaultMetrics;
  run.write(
    'rollout',
    `rolls out v${version} by ${plan.steps.map(({ weight }) => `${weight} %`).join(', ')}`,
    {
      version,
      previousVersion,
      plan: plan.steps,
      rules,
    },
  );
  const steering = new Steering(promotersOf(run, rollout));
  await run.traffic.steeredBy(steering, async () => {
    let known: Known = { state: firstState, lastKnown: {} };
    for (const [index, step] of plan.steps.entries()) {
      if (index > 0) known = { lastKnown: known.lastKnown, state: nextStep(known.state) };
      await shift(run, rollout, step.weight);
      // A word about one step does not count for the next one, nor does one that came while the weight was on its way there.
      steering.nextStep();
      run.traffic.goesTo({
        ...(previous && step.weight < 100 ? { [previous.version]: 100 - step.weight } : {}),
        [deployment.version]: step.weight,
      });
      run.publish();
      // Whoever pauses between two steps holds the weight as it is, and it is watched on.
      do known = await watchStep(run, rollout, plan, steering, known);
      while (run.paused);
    }
  });
}

/** Sets a weight. A router that is gone or does not take it is a question, for the traffic stays as it was meanwhile. */
async function shift(run: Run, { deployment, approval }: Rollout, weight: number): Promise<void> {
  const id = stepIds(weight).shift;
  const request = {
    target: targetOf(deployment),
    weight,
    ...(approval ? { approval } : {}),
  };
  for (;;) {
    const outcome = await runStep(run, id, (ref) => effects.shift(ref, request));
    if (outcome.ok) return;
    if (outcome.value?.void) throw new ApprovalVoid(outcome.value.void);
    const end = await passGate(run, {
      id: `failed:${id}`,
      kind: 'question',
      statement: `The router does not give the new version ${weight} %: ${outcome.summary}`,
      details: 'The traffic stays as it was. Mend what is in the way, then retry; or roll back.',
      choices: [
        { id: 'retry', title: 'try again' },
        { id: 'rollback', title: 'roll back' },
      ],
      expiresAfter: routerAnswerWithin,
      onExpiry: 'production is rolled back',
    });
    if (end.action === 'expired' || end.choice === 'rollback')
      throw new RollbackWanted(
        `the router does not take the weight: ${outcome.summary} (${end.reason})`,
        'high',
      );
  }
}

/** A question to people beside the watch: the version is watched on until somebody answers, or evidence does. */
interface Question {
  readonly scope: CancellationScope;
  /** Nothing can be seen; otherwise the plan wants a person's word. */
  readonly blind: boolean;
  end: GateEnd | undefined;
}

type Known = Pick<WatchRequest, 'state' | 'lastKnown' | 'series'>;

/** Watches one step until it may go on. */
async function watchStep(
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
      const state = heard(run, steering, known.state);
      const request = {
        target: targetOf(rollout.deployment),
        baseline: rollout.previous,
        ...known,
        state,
        asking: question !== undefined,
      };
      const outcome = await watchUntil(
        run,
        () => effects.watchRollout(stepRef(run, id, run.step(id).attempts), request),
        () => steering.changes !== said || question?.end !== undefined,
      );
      const before = known.series;
      known = outcome.value ? knownFrom(outcome.value) : { ...known, state };
      if (outcome.value) {
        note(run, id, weight, { ...outcome.value, series: since(before, outcome.value.series) });
        flushBeside(run);
      }
      const decision =
        outcome.ok || outcome.value
          ? outcome.value?.decision
          : ({ action: 'ask', blind: true, reason: `the watch failed: ${outcome.summary}` } as const);
      if (decision?.action === 'roll-back')
        throw new RollbackWanted(`at ${weight} %: ${decision.reason}`, 'critical');
      if (decision?.action === 'advance' || decision?.action === 'complete') {
        run.end(id, 'succeeded', withName(steering, decision.reason));
        return known;
      }
      if (decision?.action === 'ask') question ??= ask(run, rollout, weight, decision);
      failures = outcome.ok || outcome.value ? 0 : failures + 1;
      if (failures > 0)
        await rest(run, failures, () => steering.changes !== said || question?.end !== undefined);
      const answer = question?.end;
      if (!question || !answer) continue;
      if (answer.action === 'expired' || answer.choice === 'rollback')
        throw new RollbackWanted(`at ${weight} %: ${answer.reason}`, 'high');
      if (question.blind) {
        const accepted = `not seen by Sluice, and answered for by ${answer.by.join(', ')}${answer.comment ? `: ${answer.comment}` : ''}`;
        run.concern(`${weight} % was ${accepted}`);
        run.end(id, 'succeeded', accepted);
        return known;
      }
      steering.promote(answer.by.join(', '), false);
      question = undefined;
    }
  } catch (error) {
    if (error instanceof Interrupted) run.end(id, 'cancelled', `stopped: ${error.message}`);
    if (error instanceof RollbackWanted) run.end(id, 'failed', error.message);
    throw error;
  } finally {
    question?.scope.cancel();
  }
}

/** A watch that can't be carried out costs events of a history that is limited: it is tried again ever more slowly, or at a word. */
async function rest(run: Run, failures: number, told: () => boolean): Promise<void> {
  const { first, longest } = afterFailedWatch;
  await condition(
    () => told() || run.interrupted !== undefined,
    Math.min(longest, first * 2 ** Math.min(failures - 1, 10)),
  );
  stopIfInterrupted(run);
}

const knownFrom = ({ state, lastKnown, series }: Watched): Known => ({ state, lastKnown, series });

/** Carries out the watch until it ends, or until there is something to tell it. */
async function watchUntil(
  run: Run,
  watch: () => Promise<EffectOutcome<Watched>>,
  told: () => boolean,
): Promise<EffectOutcome<Watched>> {
  const watching = new CancellationScope();
  const listening = new CancellationScope();
  const work = watching.run(watch).catch((error: unknown): EffectOutcome<Watched> => {
    if (isCancellation(error)) return { ok: true, summary: 'stopped before it began' };
    if (error instanceof ActivityFailure)
      return { ok: false, summary: error.cause?.message ?? error.message };
    throw error;
  });
  const word = listening
    .run(() => condition(told))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  const ended = work.then(() => true);
  const stopped = Promise.race([word, run.interruption]).then(() => false);
  const byItself = await Promise.race([ended, stopped]);
  listening.cancel();
  watching.cancel();
  const outcome = await work;
  if (run.interrupted) throw new Interrupted(run.interrupted);
  // A watch whose worker is gone can't be stopped in good order: that is no failure to see anything.
  return byItself || outcome.value ? outcome : { ok: true, summary: 'stopped, to hear what was said' };
}

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
function note(run: Run, id: string, weight: number, seen: Watched): void {
  run.traffic.shows(seen.lines);
  run.write('evidence', `${weight} %: ${seen.decision?.reason ?? 'watched on'}`, {
    step: id,
    weight,
    decision: seen.decision,
    series: seen.series,
  });
  run.publish();
}

function ask(
  run: Run,
  rollout: Rollout,
  weight: number,
  { blind, reason }: Extract<Decision, { action: 'ask' }>,
): Question {
  const question: Question = { scope: new CancellationScope(), blind, end: undefined };
  const title = blind ? 'go on: I have looked myself' : 'go on';
  void question.scope
    .run(() =>
      passGate(run, {
        id: `rollout:${weight}`,
        kind: 'question',
        statement: blind
          ? `${run.product} v${run.version ?? ''} takes ${weight} % and can't be judged: ${reason}`
          : reason,
        details: [
          blind
            ? 'The traffic stays as it is, and the rollout goes on by itself once everything can be seen.'
            : 'It is watched on until somebody decides.',
          bullets(run.traffic.samples.slice(-5)),
        ].join('\n\n'),
        who: promotersOf(run, rollout),
        choices: [
          { id: 'promote', title },
          { id: 'rollback', title: 'roll back' },
        ],
      }),
    )
    .then(
      (end) => {
        question.end = end;
      },
      (error: unknown) => {
        if (!isCancellation(error) && !(error instanceof Interrupted)) throw error;
      },
    );
  return question;
}

/** Who may let more traffic to a version: those who may approve it. Where nobody approves what goes there, those of production. */
function promotersOf(run: Run, { deployment, config }: Rollout): readonly string[] {
  const policies = [deployment.name, productionOf(config)].map((name) => config.environments[name]?.approval);
  const policy = policies.find((known) => known !== undefined);
  return approversOf(policy, config.people.groups, run.startedBy);
}
