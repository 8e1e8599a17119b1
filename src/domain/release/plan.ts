import type { ProductConfig } from '../config/schema.ts';
import { stepIds, stepTitles } from '../rollout/steps.ts';

/** The phases and steps of a release, in the order and under the names of its process document. */
export const releasePhases = {
  'pre-release-verification': 'Pre-release verification',
  'staging-deployment': 'Staging deployment',
  'production-deployment': 'Production deployment',
  'post-release': 'Post-release',
  rollback: 'Rollback',
} as const;
export type ReleasePhase = keyof typeof releasePhases;

export interface PlannedStep {
  readonly id: string;
  readonly phase: ReleasePhase;
  readonly title: string;
}

/**
 * The steps that a product's release will go through, known before it starts. What the configuration does not have
 * (a check, a database) is not planned; rollback steps appear only when they are needed.
 */
export function planRelease(config: ProductConfig): PlannedStep[] {
  const { checks, environments } = config;
  const steps: PlannedStep[] = [];
  const add = (phase: ReleasePhase, id: string, title: string, when = true): void => {
    if (when) steps.push({ id, phase, title });
  };
  const pre = 'pre-release-verification';
  add(pre, 'readiness.source', 'Check readiness: merged, green, no critical bugs, changelog');
  add(pre, 'readiness.unit', 'Unit tests', checks.unit !== undefined);
  add(pre, 'readiness.integration', 'Integration tests', checks.integration !== undefined);
  add(pre, 'readiness.security', 'Security scan', checks.security !== undefined);
  add(pre, 'readiness.docs', 'Documentation check', checks.docs !== undefined);
  add(pre, 'regression.e2e', 'Full end-to-end suite', checks.e2e !== undefined);
  add(pre, 'regression.smoke', 'Smoke test of critical paths', checks.smoke !== undefined);
  add(pre, 'regression.performance', 'Performance check', checks.performance !== undefined);
  add(pre, 'regression.qa', 'QA engineer: regression verdict');
  add(pre, 'prepare.release', 'Technical writer: version, changelog, release notes');
  add(
    pre,
    'prepare.notes',
    'Technical writer: read the release notes',
    config.agents['technical-writer']?.person !== undefined,
  );
  const staging = environments['staging'];
  const stage = 'staging-deployment';
  add(stage, 'branch.create', 'Create the release branch');
  const rehearsed = config.policies?.rehearseRollback !== false;
  add(stage, 'staging.look', 'Look at what staging runs', rehearsed);
  addDeployment(stage, 'staging', 'staging');
  add(stage, 'staging.rehearse-back', 'Rehearse the rollback on staging', rehearsed);
  add(stage, 'staging.rehearse-verify', 'Verify that staging was back, and deploy again', rehearsed);
  add(
    stage,
    'staging.devops',
    'DevOps engineer: look at the deployment',
    config.agents['devops-engineer'] !== undefined,
  );
  add(stage, 'staging.sign-off', 'QA engineer: sign off on staging', staging !== undefined);
  add(stage, 'approval.bundle', 'Describe what is to be approved');
  add(stage, 'approval.production', 'Checkpoint: approval for production');
  const live = 'production-deployment';
  const database = environments['production']?.database;
  add(
    live,
    'production.backup',
    'Back up the production database',
    database?.backup !== undefined || database?.postgres !== undefined,
  );
  add(
    live,
    'production.prove-backup',
    'Prove that the backup can be restored',
    database?.verifyBackup !== undefined || database?.postgres !== undefined,
  );
  addDeployment(live, 'production', 'production');
  add(live, 'production.monitor', 'Support engineer: watch error rate and performance');
  add(live, 'production.support', 'Support engineer: verdict');
  add(live, 'finalize.merge', 'Merge the release branch to main');
  add(live, 'finalize.tag', 'Tag the release');
  add(live, 'finalize.publish', 'Publish the release with its notes');
  add(live, 'finalize.branch', 'Delete the release branch');
  add(
    live,
    'finalize.retire',
    'Stop the previous version',
    (environments['production']?.process ?? environments['production']?.router) !== undefined,
  );
  add('post-release', 'post.state', 'Update state and clear release tasks');
  add('post-release', 'post.notify', 'Notify: release complete');
  return steps;

  function addDeployment(phase: ReleasePhase, name: 'staging' | 'production', title: string): void {
    const environment = environments[name];
    if (!environment) return;
    const migrates = environment.database?.migrate !== undefined;
    const first = environment.database?.migrateWhen === 'before-deploy';
    add(phase, `${name}.migrate`, `Run ${title} database migrations`, migrates && first);
    add(phase, `${name}.deploy`, `Deploy to ${title}`);
    add(phase, `${name}.migrate`, `Run ${title} database migrations`, migrates && !first);
    const twoStep =
      environment.process !== undefined ||
      environment.router !== undefined ||
      environment.script?.activate !== undefined;
    add(
      phase,
      `${name}.verify`,
      `Verify the new version in ${title} before it takes traffic`,
      (environment.process ?? environment.slots) !== undefined,
    );
    if (name === 'production')
      for (const each of config.rollout?.steps ?? []) {
        const [ids, titles] = [stepIds(each.weight), stepTitles(each)];
        add(phase, ids.shift, titles.shift);
        add(phase, ids.watch, titles.watch);
      }
    add(phase, `${name}.activate`, `Move ${title} traffic to the new version`, twoStep);
    add(phase, `${name}.health`, `Health checks of ${title} pass`);
    add(phase, `${name}.smoke`, `Smoke test ${title}`, environment.smoke !== undefined);
  }
}

/** The steps of a rollout of a version that was released before: what a release does in production. */
export function planRollout(config: ProductConfig): PlannedStep[] {
  return [
    { id: 'rollout.find', phase: 'pre-release-verification', title: 'Find the version that was released' },
    ...planRelease(config).filter(({ id }) => /^(approval|production|post|finalize\.retire)\b/.test(id)),
  ];
}

/** The steps of a rollback, added to a run's steps when one begins. */
export function planRollback(options: {
  /** `production` where it is left out. */
  readonly environment?: string;
  readonly restore: boolean;
  /** Migrations are undone by the user's command. */
  readonly undo?: boolean;
  /** Verified also by its error rate, and by a user transaction where one is configured (SI-11). */
  readonly users?: { readonly smoke: boolean };
}): PlannedStep[] {
  const phase = 'rollback';
  const where = options.environment ?? 'production';
  return [
    { id: 'rollback.execute', phase, title: `Roll ${where} back to the previous version` },
    ...(options.restore
      ? [{ id: 'rollback.restore', phase, title: `Restore the ${where} database` } as const]
      : []),
    ...(options.undo ? [{ id: 'rollback.undo', phase, title: 'Undo the migrations' } as const] : []),
    { id: 'rollback.verify', phase, title: 'Verify that the previous version runs and is healthy' },
    ...(options.users?.smoke
      ? [{ id: 'rollback.smoke', phase, title: 'Verify that a user transaction succeeds' } as const]
      : []),
    ...(options.users
      ? [{ id: 'rollback.watch', phase, title: 'Verify that its error rate is normal' } as const]
      : []),
    { id: 'rollback.notify', phase, title: 'Notify: rolled back' },
    { id: 'rollback.document', phase, title: 'Document what happened' },
    { id: 'rollback.issue', phase, title: 'Create an issue for the fix' },

    { id: 'rollback.task-root-cause', phase, title: 'Open the task for the root cause' },
    { id: 'rollback.task-checklist', phase, title: 'Open the task for the checklist' },
    { id: 'rollback.task-process-review', phase, title: 'Open the task for the process review' },
  ];
}
