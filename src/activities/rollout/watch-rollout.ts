import { leavesRunning } from '../../domain/run/attempt-ends.ts';
import { defaultMetrics } from '../../domain/metrics/default-metrics.ts';
import { watchedBetween } from '../../domain/metrics/watched-time.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { Decision } from '../../domain/rollout/decision.ts';
import { decide } from '../../domain/rollout/decision.ts';
import { note } from '../../domain/rollout/state.ts';
import { planOf } from '../../domain/rollout/steps.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozenEnvironment } from '../frozen.ts';
import type { EffectContext } from '../ports/index.ts';
import { progressFrom } from './progress.ts';
import { limitsOf, sightOf } from './sight.ts';
import { lineOf, watched } from './tell.ts';
import type { Watched, WatchedPlan, WatchRequest } from './watch.ts';

const linesKept = 20;

/**
 * Watches one step of a rollout in one activity (SI-5): no history event a look. It ends when something follows from what was seen,
 * or when the run stops it to tell it something. Time counts only while somebody watched.
 */
export function rolloutActivities(deps: Deps) {
  return {
    async watchRollout(ref: StepRef, request: WatchRequest): Promise<EffectOutcome<Watched>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const plan = await planned(deps, ref, request);
        if (!plan)
          return { ok: false, summary: `${ref.product} has no rollout: its configuration has no steps` };
        return beating(context, (inner) => watch(deps, plan, request, inner));
      });
    },
  };
}

/** What is watched, and by which limits, as the run has frozen it; undefined where nothing is rolled out. */
async function planned(deps: Deps, ref: StepRef, request: WatchRequest): Promise<WatchedPlan | undefined> {
  const { config, environment, target } = await frozenEnvironment(deps, ref, request.target);
  if (!config.rollout) return undefined;
  const { every = 10_000, askAfter = 30 * 60_000 } = config.rollout;
  return {
    environment,
    target,
    baseline: request.baseline,
    plan: planOf(config.rollout, environment.health, request.baseline !== null),
    metrics: config.metrics ?? defaultMetrics,
    every,
    askAfter,
  };
}

async function watch(
  deps: Deps,
  planned: WatchedPlan,
  request: WatchRequest,
  context: EffectContext,
): Promise<EffectOutcome<Watched>> {
  const { plan, metrics, every } = planned;
  const look = sightOf(deps, planned, context);
  const rules = limitsOf(metrics);
  let progress = progressFrom(context.previous, request);
  let before: number | undefined;
  try {
    for (;;) {
      const at = deps.clock.now();
      const seen = await look(progress, before === undefined ? 0 : watchedBetween(before, at, every));
      context.signal.throwIfAborted();
      before = at;
      const state = note(progress.state, seen.evidence, rules);
      const decision = decide(plan, rules, state, seen.evidence);
      const held = decision.action === 'hold' && !state.paused ? progress.held + seen.evidence.elapsed : 0;
      progress = {
        state,
        held,
        series: seen.series,
        lastKnown: seen.lastKnown,
        lines: [...progress.lines, lineOf(at, seen.evidence, decision)].slice(-linesKept),
      };
      context.heartbeat(progress);
      const end = ending(decision, held, planned.askAfter, request.asking);
      if (end) return watched(progress, end);
      await deps.clock.wait(every, context.signal);
    }
  } catch (error) {
    // The run wants to tell it something: it goes on with what was seen up to now.
    if (context.signal.aborted && !leavesRunning(context.signal.reason)) return watched(progress, undefined);
    throw error;
  }
}

/** Where a decision ends the watch; holding is watched on, until it lasts so long that people have to know. */
function ending(decision: Decision, held: number, askAfter: number, asking: boolean): Decision | undefined {
  switch (decision.action) {
    case 'watch':
      return undefined;
    case 'hold':
      return held >= askAfter && !asking
        ? { action: 'ask', blind: true, reason: decision.reason }
        : undefined;
    case 'ask':
      return asking ? undefined : decision;
    case 'advance':
    case 'complete':
    case 'roll-back':
      return decision;
  }
}
