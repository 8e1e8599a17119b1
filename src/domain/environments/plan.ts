import type { ProductConfig } from '../config/schema.ts';
import type { Planned } from '../flows/plan.ts';
import { environmentOf } from './environment-of.ts';
import { purposeOf } from './purpose.ts';
import { stepIds, stepTitles } from '../rollout/steps.ts';

/** The steps of bringing a version into an environment, by what the environment has. Flows share them. */

/** Backed up, and the backup proved, before anything is changed. */
export function backupSteps(config: ProductConfig, name: string): Planned[] {
  const database = environmentOf(config, name)?.database;
  return [
    [
      `${name}.backup`,
      `Back up the ${name} database`,
      database?.backup !== undefined || database?.postgres !== undefined,
    ],
    [
      `${name}.prove-backup`,
      'Prove that the backup can be restored',
      database?.verifyBackup !== undefined || database?.postgres !== undefined,
    ],
  ];
}

/**
 * Migrated, deployed, verified, given the traffic, and seen healthy.
 * @param beforeTraffic what comes before it takes all of the traffic
 */
export function deploymentSteps(
  config: ProductConfig,
  name: string,
  beforeTraffic: readonly Planned[] = [],
): Planned[] {
  const environment = environmentOf(config, name);
  if (!environment) return [];
  const migrates = environment.database?.migrate !== undefined;
  const first = environment.database?.migrateWhen === 'before-deploy';
  const migrate = `Run ${name} database migrations`;
  const takesOver = environment.process ?? environment.router ?? environment.script?.activate;
  return [
    [`${name}.migrate`, migrate, migrates && first],
    [`${name}.deploy`, `Deploy to ${name}`],
    [`${name}.migrate`, migrate, migrates && !first],
    [
      `${name}.verify`,
      `Verify the new version in ${name} before it takes traffic`,
      (environment.process ?? environment.slots) !== undefined,
    ],
    ...beforeTraffic,
    [`${name}.activate`, `Move ${name} traffic to the new version`, takesOver !== undefined],
    [`${name}.health`, `Health checks of ${name} pass`],
    [`${name}.smoke`, `Smoke test ${name}`, environment.smoke !== undefined],
  ];
}

/** Traffic step by step, each of them watched (SI-5). */
export function shiftSteps({ rollout }: ProductConfig): Planned[] {
  return (rollout?.steps ?? []).flatMap((step): Planned[] => {
    const [ids, titles] = [stepIds(step.weight), stepTitles(step)];
    return [
      [ids.shift, titles.shift],
      [ids.watch, titles.watch],
    ];
  });
}

/** What is asked for before an environment is changed. */
export function approvalSteps(name: string): Planned[] {
  return [
    ['approval.bundle', 'Describe what is to be approved'],
    [`approval.${name}`, `Checkpoint: approval for ${name}`],
  ];
}

/** Traffic goes step by step where the users are; elsewhere nobody would be spared anything by it. */
export function goesBySteps({ rollout }: Pick<ProductConfig, 'rollout'>, name: string): boolean {
  return rollout !== undefined && purposeOf(name) === 'production';
}

/** An approved version's way into an environment, up to the verdict of those who watch it there. */
export function stepsInto(config: ProductConfig, name: string): Planned[] {
  return [
    ...backupSteps(config, name),
    ...deploymentSteps(config, name, goesBySteps(config, name) ? shiftSteps(config) : []),
    [`${name}.monitor`, 'Support engineer: watch error rate and performance'],
    [
      `${name}.devops`,
      'DevOps engineer: look at the deployment',
      config.agents['devops-engineer'] !== undefined,
    ],
    [`${name}.support`, 'Support engineer: verdict'],
  ];
}

/** The version before is stopped once the new one holds, where both ran side by side. */
export function retireStep(config: ProductConfig, name: string): Planned {
  const environment = environmentOf(config, name);
  return [
    'finalize.retire',
    'Stop the previous version',
    (environment?.process ?? environment?.router) !== undefined,
  ];
}

/** What is told and recorded once it is out. */
export const followUpSteps: readonly Planned[] = [
  ['post.state', 'Update state and clear release tasks'],
  ['post.notify', 'Notify: release complete'],
];
