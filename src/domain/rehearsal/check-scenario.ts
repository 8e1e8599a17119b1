import type { ProductConfig } from '../config/schema.ts';
import { didYouMean, nearest } from '../text/nearest.ts';
import type { FlowName } from '../flows/registry.ts';
import { flows } from '../flows/registry.ts';
import type { Rehearsal } from '../flows/rehearsal.ts';
import { rehearsalOf } from './flows.ts';
import type { Fault, Scenario } from './scenario-schema.ts';

/** What of a scenario can't come up in this product's flow, in words: a fault that never happens would look like one that was survived. */
export function scenarioProblems(scenario: Scenario, config: ProductConfig, flow: FlowName): string[] {
  const rehearsal = rehearsalOf(flow);
  if (!rehearsal) return [`a ${flows[flow].word} can't be rehearsed`];
  const about = { word: flows[flow].word, rehearsal, steps: stepsOf(config, flow) };
  return scenario.faults.flatMap((fault) => faultProblems(fault, config, about));
}

/** What faults are held against. */
interface About {
  readonly word: string;
  readonly rehearsal: Rehearsal;
  readonly steps: readonly string[];
}

function faultProblems(
  { at, metrics, alert, approvals, green, review }: Fault,
  config: ProductConfig,
  { word, rehearsal: facts, steps }: About,
): string[] {
  const name = facts.environment(config);
  const problems: string[] = [];
  if (at?.kind === 'step' && !steps.includes(at.step))
    problems.push(
      `at ${at.step}: there is no such step in the ${word} of ${config.product}${didYouMean(nearest(at.step, steps)) || `; its steps are ${steps.join(', ')}`}`,
    );
  if (at?.kind === 'weight') problems.push(...weightProblems(at.weight, facts.traffic(config), word));
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

function weightProblems(weight: number, traffic: ReturnType<Rehearsal['traffic']>, word: string): string[] {
  if (!traffic) return [`at ${weight}%: a ${word} shares no traffic: name a step`];
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
export function stepsOf(config: ProductConfig, flow: FlowName): string[] {
  return [...new Set((rehearsalOf(flow)?.steps(config) ?? []).map(({ id }) => id))];
}
