import type { ProductConfig } from '../config/schema.ts';
import { didYouMean, nearest } from '../text/nearest.ts';
import { flowFacts } from './flow-facts.ts';
import type { RehearsedFlow } from './flows.ts';
import { wordOf } from './flows.ts';
import type { Fault, Scenario } from './scenario-schema.ts';

/** What of a scenario can't come up in this product's flow, in words: a fault that never happens would look like one that was survived. */
export function scenarioProblems(scenario: Scenario, config: ProductConfig, flow: RehearsedFlow): string[] {
  const steps = stepsOf(config, flow);
  return scenario.faults.flatMap((fault) => faultProblems(fault, config, flow, steps));
}

function faultProblems(
  { at, metrics, alert, approvals, green, review }: Fault,
  config: ProductConfig,
  flow: RehearsedFlow,
  steps: readonly string[],
): string[] {
  const facts = flowFacts[flow];
  const word = wordOf(flow);
  const name = facts.environment(config);
  const problems: string[] = [];
  if (at?.kind === 'step' && !steps.includes(at.step))
    problems.push(
      `at ${at.step}: there is no such step in the ${word} of ${config.product}${didYouMean(nearest(at.step, steps)) || `; its steps are ${steps.join(', ')}`}`,
    );
  if (at?.kind === 'weight') problems.push(...weightProblems(at.weight, config, flow));
  if (metrics && !facts.measures(config))
    problems.push(
      `metrics: nothing of ${config.product} is judged by metrics: it has neither a rollout, nor a process or router in ${name}, nor monitor.scrape`,
    );
  if (alert && !config.metrics?.alertmanager)
    problems.push(`alert: ${config.product} asks nobody for alerts: metrics.alertmanager is not configured`);
  if (approvals && !facts.asksForApproval) problems.push(`approvals: a ${word} asks for no approval`);
  if (green && !facts.hasGreen) problems.push(`green: a ${word} has no green: rehearse blue-green`);
  if (review && !facts.hasGreen) problems.push(`review: a ${word} has no such review: rehearse blue-green`);
  if (review && facts.hasGreen && !reviewsByProgram(config))
    problems.push(
      `review: no program of ${config.product} reviews in agents.trio; what a person says there is said by people.answers, such as review.trio.security: fail`,
    );
  return problems;
}

function weightProblems(weight: number, config: ProductConfig, flow: RehearsedFlow): string[] {
  const traffic = flowFacts[flow].traffic(config);
  if (!traffic) return [`at ${weight}%: a ${wordOf(flow)} shares no traffic: name a step`];
  if (weight === 100) return [];
  if (traffic.weights.length === 0) return [`at ${weight}%: ${traffic.atOnce}`];
  return traffic.weights.some((each) => each >= weight)
    ? []
    : [`at ${weight}%: no step of the rollout gives so much`];
}

function reviewsByProgram({ agents: { trio = {} } }: ProductConfig): boolean {
  return Object.values(trio).some(({ command }) => command !== undefined);
}

/** Ids of all steps that may come up, each once. */
export function stepsOf(config: ProductConfig, flow: RehearsedFlow): string[] {
  return [...new Set(flowFacts[flow].steps(config).map(({ id }) => id))];
}
