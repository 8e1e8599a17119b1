import type { ProductConfig } from '../config/schema.ts';
import {
  approvalSteps,
  deploymentSteps,
  followUpSteps,
  retireStep,
  stepsInto,
} from '../environments/plan.ts';
import { environmentOf } from '../environments/environment-of.ts';
import { productionOf, stagingOf } from '../environments/purpose.ts';
import type { ReleasePhase } from '../environments/phases.ts';
import type { Planned, PlannedStep } from '../flows/plan.ts';
import { stepsIn } from '../flows/plan.ts';

/**
 * The steps that a product's release will go through, known before it starts. What the configuration does not have
 * (a check, a database) is not planned; rollback steps appear only when they are needed.
 */
export function planRelease(config: ProductConfig): PlannedStep<ReleasePhase>[] {
  const production = productionOf(config);
  return [
    ...stepsIn('pre-release-verification', verification(config)),
    ...stepsIn('staging-deployment', [...staging(config), ...approvalSteps(production)]),
    ...stepsIn('production-deployment', [
      ...stepsInto(config, production),
      ['finalize.merge', 'Merge the release branch to main'],
      ['finalize.tag', 'Tag the release'],
      ['finalize.publish', 'Publish the release with its notes'],
      ['finalize.branch', 'Delete the release branch'],
      retireStep(config, production),
    ]),
    ...stepsIn('post-release', followUpSteps),
  ];
}

function verification({ checks, agents }: ProductConfig): Planned[] {
  return [
    ['readiness.source', 'Check readiness: merged, green, no critical bugs, changelog'],
    ['readiness.unit', 'Unit tests', checks.unit !== undefined],
    ['readiness.integration', 'Integration tests', checks.integration !== undefined],
    ['readiness.security', 'Security scan', checks.security !== undefined],
    ['readiness.docs', 'Documentation check', checks.docs !== undefined],
    ['regression.e2e', 'Full end-to-end suite', checks.e2e !== undefined],
    ['regression.smoke', 'Tests of critical paths', checks.smoke !== undefined],
    ['regression.performance', 'Performance check', checks.performance !== undefined],
    ['regression.qa', 'QA engineer: regression verdict'],
    ['prepare.release', 'Technical writer: version, changelog, release notes'],
    [
      'prepare.notes',
      'Technical writer: read the release notes',
      agents['technical-writer']?.person !== undefined,
    ],
  ];
}

function staging(config: ProductConfig): Planned[] {
  const triesWayBack = config.policies?.rehearseRollback !== false;
  const name = stagingOf(config);
  return [
    ['branch.create', 'Create the release branch'],
    [`${name}.look`, `Look at what ${name} runs`, triesWayBack],
    ...deploymentSteps(config, name),
    [`${name}.rehearse-back`, `Try the way back on ${name}`, triesWayBack],
    [`${name}.rehearse-verify`, `Verify that ${name} was back, and deploy again`, triesWayBack],
    [
      `${name}.devops`,
      'DevOps engineer: look at the deployment',
      config.agents['devops-engineer'] !== undefined,
    ],
    [`${name}.sign-off`, `QA engineer: sign off on ${name}`, environmentOf(config, name) !== undefined],
  ];
}
