import type { ProductConfig } from '../config/schema.ts';
import { stepIds, stepTitles } from '../rollout/steps.ts';

/** The phases of a blue/green deployment, in the order and under the names of its process document. */
export const blueGreenPhases = {
  'pre-deployment-preparation': 'Pre-deployment preparation',
  'fix-loop': 'Fix loop',
  'test-loop': 'Test loop',
  'full-code-review': 'Full code review',
  completion: 'Completion',
} as const;

export interface BlueGreenStep {
  readonly id: string;
  readonly phase: keyof typeof blueGreenPhases | 'rollback';
  readonly title: string;
}

/** Suites of `checks` that green has to pass, in this order. */
export const suites = ['unit', 'integration', 'e2e', 'smoke'] as const;
export type Suite = (typeof suites)[number];
const suiteTitles = {
  unit: 'Unit tests',
  integration: 'Integration tests',
  e2e: 'End-to-end tests',
  smoke: 'Smoke tests',
} as const;

/** The steps that a product's blue/green deployment goes through. What the configuration does not have is not planned. */
export function planBlueGreen(config: ProductConfig, name: string): BlueGreenStep[] {
  const environment = config.environments[name];
  const { trio = {}, juniors = {}, driver, senior } = config.agents;
  const steps: BlueGreenStep[] = [];
  const add = (phase: BlueGreenStep['phase'], id: string, title: string, when = true): void => {
    if (when) steps.push({ id, phase, title });
  };
  const pre = 'pre-deployment-preparation';
  add(
    pre,
    'prepare.inputs',
    'Inputs: code, requirements, tests, configuration, infrastructure, rollback plan',
  );
  add(pre, 'green.describe', 'Describe what is put beside blue');
  add(pre, 'approval.green', 'Approval: put it beside blue', environment?.approval !== undefined);
  add(pre, 'green.deploy', 'Deploy to green; blue stays running');
  add(pre, 'green.verify', 'Green runs and is healthy');
  add(pre, 'blue.health', 'Blue keeps serving');
  const fix = 'fix-loop';
  add(fix, 'fix.driver', 'Driver: a reasonable fix', driver !== undefined);
  add(fix, 'fix.commit', 'Check and commit the fix', driver !== undefined);
  add(fix, 'fix.senior', 'Senior member: advice', senior !== undefined);
  for (const each of Object.keys(trio)) add(fix, `fix.trio.${each}`, `Trio, ${each}: advice`);
  const test = 'test-loop';
  for (const suite of suites)
    add(
      test,
      `tests.${suite}`,
      `${suiteTitles[suite]} against green`,
      checksOf(config, name, suite).length > 0,
    );
  add(test, 'tests.health', 'Green is healthy after its tests');
  add(test, 'tests.manual', 'Manual validation', config.blueGreen?.manualValidation !== undefined);
  const review = 'full-code-review';
  for (const each of Object.keys(trio)) add(review, `review.trio.${each}`, `Trio, ${each}: review`);
  add(review, 'review.senior', 'Senior member: synthesis', senior !== undefined);
  for (const each of Object.keys(juniors)) add(review, `review.juniors.${each}`, `Junior, ${each}: review`);
  add(review, 'review.verdict', 'Verdict of the review');
  const done = 'completion';
  add(done, 'approval.bundle', 'Describe what is to be accepted');
  add(done, 'approval.production', 'User acceptance: may green take over?');
  if (config.blueGreen?.canary)
    for (const each of config.rollout?.steps ?? []) {
      add(done, stepIds(each.weight).shift, stepTitles(each).shift);
      add(done, stepIds(each.weight).watch, stepTitles(each).watch);
    }
  add(done, 'green.promote', 'Promote green: all traffic');
  add(done, 'green.health', 'Green is healthy where users come in');
  add(done, 'green.watch', 'Watch green before blue is stopped');
  add(done, 'blue.drain', 'Drain blue: nothing new reaches it');
  add(done, 'blue.stop', 'Stop and remove blue');
  add(done, 'docs.merge', 'Merge to main what production runs; close issues');
  add(done, 'docs.branch', 'Delete the branch of the fixes');
  add(done, 'docs.notes', 'Write the deployment notes');
  add(done, 'post.notify', 'Notify: deployment complete');
  return steps;
}

/** What a suite runs against green. For smoke tests those of the environment count, which ask the deployed product. */
export function checksOf(config: ProductConfig, environment: string, suite: (typeof suites)[number]) {
  const smoke = suite === 'smoke' ? config.environments[environment]?.smoke : undefined;
  const own = config.checks[suite];
  return smoke ?? (own ? [own] : []);
}

/** The steps of going back before green was promoted; `returned`: to development, which gets it as a task. */
export function planStopGreen(returned: boolean): BlueGreenStep[] {
  return [
    { id: 'rollback.stop-green', phase: 'rollback', title: 'Stop green' },
    { id: 'rollback.blue', phase: 'rollback', title: 'Verify that blue serves as before' },
    { id: 'rollback.notes', phase: 'rollback', title: 'Write down why, and what comes next' },
    ...(returned
      ? [{ id: 'rollback.issue', phase: 'rollback', title: 'Open the task for development' } as const]
      : []),
  ];
}
