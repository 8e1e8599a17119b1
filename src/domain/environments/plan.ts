import type { ProductConfig } from '../config/schema.ts';
import type { Planned } from '../flows/plan.ts';
import { stepIds, stepTitles } from '../rollout/steps.ts';

/** The steps of bringing a version into an environment, by what the environment has. Flows share them. */

/** Backed up, and the backup proved, before anything is changed. */
export function backupSteps(config: ProductConfig, name: string): Planned[] {
  const database = config.environments[name]?.database;
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

/** Migrated, deployed, verified, given the traffic – in production by the steps of `rollout` –, and seen healthy. */
export function deploymentSteps(config: ProductConfig, name: string): Planned[] {
  const environment = config.environments[name];
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
    ...(name === 'production' ? shiftSteps(config) : []),
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

/** What is asked for before production is changed. */
export const approvalSteps: readonly Planned[] = [
  ['approval.bundle', 'Describe what is to be approved'],
  ['approval.production', 'Checkpoint: approval for production'],
];

/** All that happens in production, up to the verdict of those who watch it. */
export function productionSteps(config: ProductConfig): Planned[] {
  return [
    ...backupSteps(config, 'production'),
    ...deploymentSteps(config, 'production'),
    ['production.monitor', 'Support engineer: watch error rate and performance'],
    ['production.support', 'Support engineer: verdict'],
  ];
}

/** The version before is stopped once the new one holds, where both ran side by side. */
export function retireStep({ environments }: ProductConfig): Planned {
  const production = environments['production'];
  return [
    'finalize.retire',
    'Stop the previous version',
    (production?.process ?? production?.router) !== undefined,
  ];
}

/** What is told and recorded once it is out. */
export const followUpSteps: readonly Planned[] = [
  ['post.state', 'Update state and clear release tasks'],
  ['post.notify', 'Notify: release complete'],
];
