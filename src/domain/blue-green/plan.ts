import type { ProductConfig } from '../config/schema.ts';
import { own } from '../text/own.ts';
import { shiftSteps } from '../environments/plan.ts';
import type { Planned, PlannedStep } from '../flows/plan.ts';
import { stepsIn } from '../flows/plan.ts';

/** The phases of a blue/green deployment, in the order and under the names of its process document. */
export const blueGreenPhases = {
  'pre-deployment-preparation': 'Pre-deployment preparation',
  'fix-loop': 'Fix loop',
  'test-loop': 'Test loop',
  'full-code-review': 'Full code review',
  completion: 'Completion',
  rollback: 'Rollback',
} as const;

type BlueGreenStep = PlannedStep<keyof typeof blueGreenPhases>;

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
  return [
    ...stepsIn(
      'pre-deployment-preparation',
      preparation(own(config.environments, name)?.approval !== undefined),
    ),
    ...stepsIn('fix-loop', fixes(config)),
    ...stepsIn('test-loop', tests(config, name)),
    ...stepsIn('full-code-review', reviews(config)),
    ...stepsIn('completion', completion(config)),
  ];
}

function preparation(approved: boolean): Planned[] {
  return [
    ['prepare.inputs', 'Inputs: code, requirements, tests, configuration, infrastructure, rollback plan'],
    ['green.describe', 'Describe what is put beside blue'],
    ['approval.green', 'Approval: put it beside blue', approved],
    ['green.deploy', 'Deploy to green; blue stays running'],
    ['green.verify', 'Green runs and is healthy'],
    ['blue.health', 'Blue keeps serving'],
  ];
}

function fixes({ agents: { trio = {}, driver, senior } }: ProductConfig): Planned[] {
  return [
    ['fix.driver', 'Driver: a reasonable fix', driver !== undefined],
    ['fix.commit', 'Check and commit the fix', driver !== undefined],
    ['fix.senior', 'Senior member: advice', senior !== undefined],
    ...Object.keys(trio).map((each): Planned => [`fix.trio.${each}`, `Trio, ${each}: advice`]),
  ];
}

function tests(config: ProductConfig, name: string): Planned[] {
  return [
    ...suites.map((suite): Planned => [
      `tests.${suite}`,
      `${suiteTitles[suite]} against green`,
      checksOf(config, name, suite).length > 0,
    ]),
    ['tests.health', 'Green is healthy after its tests'],
    ['tests.manual', 'Manual validation', config.blueGreen?.manualValidation !== undefined],
  ];
}

function reviews({ agents: { trio = {}, juniors = {}, senior } }: ProductConfig): Planned[] {
  return [
    ...Object.keys(trio).map((each): Planned => [`review.trio.${each}`, `Trio, ${each}: review`]),
    ['review.senior', 'Senior member: synthesis', senior !== undefined],
    ...Object.keys(juniors).map((each): Planned => [`review.juniors.${each}`, `Junior, ${each}: review`]),
    ['review.verdict', 'Verdict of the review'],
  ];
}

function completion(config: ProductConfig): Planned[] {
  return [
    ['approval.bundle', 'Describe what is to be accepted'],
    ['approval.production', 'User acceptance: may green take over?'],
    ...(config.blueGreen?.canary ? shiftSteps(config) : []),
    ['green.promote', 'Promote green: all traffic'],
    ['green.health', 'Green is healthy where users come in'],
    ['green.watch', 'Watch green before blue is stopped'],
    ['blue.drain', 'Drain blue: nothing new reaches it'],
    ['blue.stop', 'Stop and remove blue'],
    ['docs.merge', 'Merge to main what production runs; close issues'],
    ['docs.branch', 'Delete the branch of the fixes'],
    ['docs.notes', 'Write the deployment notes'],
    ['docs.commit', 'Commit the deployment notes to main'],
    ['post.notify', 'Notify: deployment complete'],
  ];
}

/** Suites that are not configured, where nobody tries green out instead (processes/blue-green.md, "Manual validation if test suite not complete"). */
export function untestedOf(config: ProductConfig, environment: string): string | undefined {
  const missing = suites.filter((suite) => checksOf(config, environment, suite).length === 0);
  if (missing.length === 0 || config.blueGreen?.manualValidation !== undefined) return undefined;
  return `the tests of green are not complete (${missing.map((suite) => suiteTitles[suite].toLowerCase()).join(', ')} not configured), and nobody tries it out: blueGreen.manualValidation names who does`;
}

/** What a suite runs against green. For smoke tests those of the environment count, which ask the deployed product, else those of critical paths. */
export function checksOf(config: ProductConfig, environment: string, suite: (typeof suites)[number]) {
  const smoke = suite === 'smoke' ? own(config.environments, environment)?.smoke : undefined;
  const named = config.checks[suite];
  return smoke ?? (named ? [named] : []);
}

/** The steps of going back before green was promoted; `returned`: to development, which gets it as a task. */
export function planStopGreen(returned: boolean): BlueGreenStep[] {
  return stepsIn('rollback', [
    ['rollback.stop-green', 'Stop green'],
    ['rollback.blue', 'Verify that blue serves as before'],
    ['rollback.notes', 'Write down why, and what comes next'],
    ['rollback.issue', 'Open the task for development', returned],
  ]);
}
