import { formatDuration } from '../text/time.ts';
import type { Evidence, RuleLimits } from './evidence.ts';
import type { RolloutPlan } from './plan.ts';
import type { RolloutState } from './state.ts';

export type Decision =
  /** All goes well, and more time or more requests are needed. */
  | { readonly action: 'watch'; readonly reason: string }
  /** Nothing goes forward until something changes: no data, no provider, a pause. */
  | { readonly action: 'hold'; readonly reason: string }
  /** A person must say go on, or, where nothing can be seen (`blind`), whether to. */
  | { readonly action: 'ask'; readonly blind: boolean; readonly reason: string }
  | { readonly action: 'advance'; readonly reason: string }
  | { readonly action: 'complete'; readonly reason: string }
  | { readonly action: 'roll-back'; readonly reason: string };

/**
 * What follows from what was seen: the one place where a rollout is judged (BY-4, SI-10, DW-8). Only evidence rolls back, and only
 * evidence goes forward: what can't be seen holds. The state holds this look already (`note`).
 */
export function decide(
  plan: RolloutPlan,
  rules: readonly RuleLimits[],
  state: RolloutState,
  evidence: Evidence,
): Decision {
  const step = plan.steps[state.step];
  if (!step) return { action: 'hold', reason: 'the plan has no such step' };
  const against = speaksAgainst(plan, rules, state, evidence);
  if (against) return { action: 'roll-back', reason: against };
  if (state.breached)
    return { action: 'hold', reason: 'evidence spoke against this version: its traffic does not grow' };
  if (state.paused) return { action: 'hold', reason: 'paused' };
  const unseen = notSeen(rules, state);
  if (unseen) return unseen;
  if (!state.lastHealthy)
    return {
      action: 'hold',
      reason: `${state.unhealthyInARow} failed health ${state.unhealthyInARow === 1 ? 'check' : 'checks in a row'}: ${evidence.health.reason}`,
    };
  const last = state.step === plan.steps.length - 1;
  const done = (reason: string): Decision => ({ action: last ? 'complete' : 'advance', reason });
  if (state.confirmed || state.promotedFully) return done('a person said go on');
  if (state.watched < step.for)
    return {
      action: 'watch',
      reason: `${formatDuration(step.for - state.watched)} to go at ${step.weight} %`,
    };
  if (state.requests < step.minRequests)
    return {
      action: 'hold',
      reason: `${state.requests} requests at ${step.weight} %, ${step.minRequests} are wanted`,
    };
  if (step.confirm) return { action: 'ask', blind: false, reason: `${step.weight} % went well: go on?` };
  return done(`watched for ${formatDuration(state.watched)} at ${step.weight} %, nothing spoke against it`);
}

function speaksAgainst(
  { limits }: RolloutPlan,
  rules: readonly RuleLimits[],
  state: RolloutState,
  evidence: Evidence,
): string | undefined {
  if (evidence.criticalAlerts.length > 0) return `critical alert: ${evidence.criticalAlerts.join('; ')}`;
  if (state.unhealthyInARow > limits.unhealthyAfter)
    return `${state.unhealthyInARow} health checks in a row failed, the last one with: ${evidence.health.reason}`;
  for (const { name, failureLimit, dryRun } of rules) {
    const tally = state.tallies[name];
    if (!dryRun && tally && tally.bad > failureLimit)
      return `${name}: ${tally.last}${tally.bad > 1 ? ` (${tally.bad} times at this step)` : ''}`;
  }
  return undefined;
}

/** What a rule could not see holds; seen for long enough by nobody, people are asked where its policy says so. */
function notSeen(rules: readonly RuleLimits[], state: RolloutState): Decision | undefined {
  const counting = rules.filter(({ dryRun }) => !dryRun);
  const blind = counting.filter(({ name }) => (state.tallies[name]?.blindInARow ?? 1) > 0);
  const tell = (limits: RuleLimits): string =>
    `${limits.name}: ${state.tallies[limits.name]?.last ?? 'nothing was measured yet'}`;
  const ask = blind.find((limits) => {
    const tally = state.tallies[limits.name];
    if (!tally) return false;
    const failing = tally.errorsInARow > limits.consecutiveErrorLimit && limits.onError === 'ask';
    const silent =
      tally.errorsInARow === 0 &&
      tally.blindInARow > limits.consecutiveErrorLimit &&
      limits.onNoData === 'ask';
    return failing || silent;
  });
  if (ask) return { action: 'ask', blind: true, reason: `nothing can be seen: ${tell(ask)}` };
  return blind.length > 0 ? { action: 'hold', reason: blind.map(tell).join('; ') } : undefined;
}
