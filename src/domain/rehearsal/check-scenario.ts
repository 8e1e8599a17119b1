import type { ProductConfig } from '../config/schema.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { planRelease, planRollback } from '../release-plan.ts';
import { planManualRollback } from '../rollback-plan.ts';
import type { RehearsedFlow } from './flows.ts';
import type { Fault, Scenario } from './scenario-schema.ts';

/** What of a scenario can't come up in this product's flow, in words: a fault that never happens would look like one that was survived. */
export function scenarioProblems(scenario: Scenario, config: ProductConfig, flow: RehearsedFlow): string[] {
  const steps = stepsOf(config, flow);
  return scenario.faults.flatMap((fault) => faultProblems(fault, config, flow, steps));
}

function faultProblems(
  { at, metrics, alert, approvals }: Fault,
  config: ProductConfig,
  flow: RehearsedFlow,
  steps: readonly string[],
): string[] {
  const problems: string[] = [];
  if (at?.kind === 'step' && !steps.includes(at.step))
    problems.push(
      `at ${at.step}: there is no such step in the ${flow} of ${config.product}${didYouMean(nearest(at.step, steps)) || `; its steps are ${steps.join(', ')}`}`,
    );
  if (at?.kind === 'weight') problems.push(...weightProblems(at.weight, config, flow));
  if (metrics && flow === 'release' && !watchesTraffic(config))
    problems.push(
      `metrics: nothing of ${config.product} is judged by metrics: it has neither a rollout, nor a process or router in production, nor monitor.scrape`,
    );
  if (alert && !config.metrics?.alertmanager)
    problems.push(`alert: ${config.product} asks nobody for alerts: metrics.alertmanager is not configured`);
  if (approvals && flow !== 'release') problems.push(`approvals: a ${flow} asks for no approval`);
  return problems;
}

function weightProblems(weight: number, config: ProductConfig, flow: RehearsedFlow): string[] {
  if (flow !== 'release') return [`at ${weight}%: a ${flow} shares no traffic: name a step`];
  if (weight === 100) return [];
  const weights = config.rollout?.steps.map((step) => step.weight);
  if (!weights)
    return [`at ${weight}%: ${config.product} has no rollout, its production goes from 0% to 100% at once`];
  return weights.some((each) => each >= weight)
    ? []
    : [`at ${weight}%: no step of the rollout gives so much`];
}

function watchesTraffic(config: ProductConfig): boolean {
  const production = config.environments['production'];
  return (
    config.rollout !== undefined ||
    production?.process !== undefined ||
    production?.router !== undefined ||
    production?.monitor.scrape !== undefined
  );
}

/** Ids of all steps that may come up, also those of a way back. */
export function stepsOf(config: ProductConfig, flow: RehearsedFlow): string[] {
  const back = planRollback({ restore: true, undo: true, users: { smoke: true } });
  const plan = {
    release: () => [...planRelease(config), ...back],
    rollback: () => [...planManualRollback('production'), ...back],
  }[flow]();
  return [...new Set(plan.map(({ id }) => id))];
}
