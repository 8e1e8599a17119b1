import { changedSince } from '../../domain/gates/bundle.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import type { Issue } from '../../domain/run/severity.ts';
import type { Approved } from '../gates/checkpoint.ts';
import { describe } from '../gates/checkpoint.ts';
import { effects } from '../run/effects.ts';
import type { Deployment, DeploymentFailure } from './environments.ts';
import { deployTo, enter, leave, targetOf } from './environments.ts';
import { Interrupted, ready, RunEnded } from '../run/interrupt.ts';
import { besideReports, judgeIssue, RollbackWanted, settled } from '../rollback/issues.ts';
import { rollBack } from '../rollback/go-back.ts';
import { rollOut } from '../rollout/roll-out.ts';
import type { Run } from '../run/run.ts';
import { deploymentOf } from '../release/staged.ts';
import { runStep } from '../run/steps.ts';
import { verdict } from '../agents/verdict.ts';
import { watchUntilSeen } from '../metrics/watching.ts';

/** What a rollback has to know, kept up while production is being changed. */
interface Progress {
  migrated: boolean;
  /** Production was touched: from here on, going back means rolling back. */
  touched: boolean;
}

/** Steps 3.1 and 3.2. Gives `void` where the approval no longer covers what would be deployed; otherwise production holds. */
export async function toProduction(
  run: Run,
  approved: Approved,
): Promise<{ readonly void?: readonly string[] }> {
  const { staged } = approved;
  const environment = staged.config.environments['production'];
  if (!environment) throw new RunEnded('failed', 'production is no longer configured');
  await enter(run, 'production');
  const deployment = productionDeployment(run, approved, environment);
  const progress: Progress = { migrated: false, touched: false };
  return guardProduction(run, approved, deployment, progress, async () => {
    await backup(run, deployment);
    const objections = await objectionsBefore(run, approved, environment);
    if (objections.length > 0) return voided(run, objections);
    await ready(run);
    run.enters('production');
    progress.touched = true;
    const failure = await deployTo(
      run,
      deployment,
      () => (progress.migrated = true),
      () => rollOut(run, { deployment, config: approved.staged.config, previous: approved.previous }),
    );
    if (failure?.void && progress.migrated) {
      throw new RollbackWanted(
        `the approval became void after migrations ran: ${failure.void.join('; ')}`,
        'high',
      );
    }
    if (failure?.void) return voided(run, failure.void);
    if (failure) await judgeIssue(run, environment, issueOf(failure.step, failure.outcome));
    run.traffic.goesTo({ [deployment.version]: 100 });
    await verifyProduction(run, approved, deployment);
    return {};
  });
}

/** The deployment that was approved; its backup has the same name wherever it is needed. */
export function productionDeployment(
  run: Run,
  { staged, approval }: Approved,
  environment: EnvironmentConfig,
): Deployment {
  return {
    ...deploymentOf(run, staged, 'production', environment),
    approval,
    backup: approval.digest,
  };
}

/** The deploy effect checks the approval itself. Where migrations come before it, somebody has to check it before them. */
async function objectionsBefore(
  run: Run,
  { staged, approval }: Approved,
  { database }: EnvironmentConfig,
): Promise<readonly string[]> {
  if (!database?.migrate || database.migrateWhen !== 'before-deploy') return [];
  const { bundle } = await describe(run, staged);
  return changedSince(approval.subject, bundle);
}

function voided(run: Run, objections: readonly string[]): { readonly void: readonly string[] } {
  run.enters('preparing');
  // Until people have decided again, production is anybody's (ADR 0007).
  leave(run, 'production');
  run.write('void', 'the approval is void', { objections });
  return { void: objections };
}

/** Whatever goes wrong once production was touched, or whoever wants it back: production is rolled back. */
export async function guardProduction<T>(
  run: Run,
  { staged, previous }: Approved,
  deployment: Deployment,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await besideReports(run, deployment.environment, work);
  } catch (error) {
    if (!(error instanceof RollbackWanted) && !(error instanceof Interrupted && progress.touched))
      throw error;
    const severity = error.severity ?? 'high';
    return rollBack(run, {
      deployment,
      previous,
      reason: error.message,
      severity,
      migrated: progress.migrated,
      config: staged.config,
    });
  }
}

/** Production's database is backed up, and the backup proved readable, before anything else happens there. */
async function backup(run: Run, deployment: Deployment): Promise<void> {
  const { environment } = deployment;
  const database = environment.database;
  if (!database) return;
  const request = { target: targetOf(deployment), backup: deployment.backup };
  const steps = [
    ['production.backup', 'backup', database.backup ?? database.postgres],
    ['production.prove-backup', 'verifyBackup', database.verifyBackup ?? database.postgres],
  ] as const;
  for (const [id, action, configured] of steps) {
    if (!configured) continue;
    const outcome = await runStep(run, id, (ref) => effects.database(ref, action, request));
    if (!outcome.ok)
      throw new RunEnded(
        'failed',
        `production was not touched: ${run.step(id).title.toLowerCase()} failed: ${outcome.summary}`,
      );
  }
}

/** A failed production deployment is rolled back and investigated (RW-16); only a failed smoke test leaves room to judge. */
function issueOf(step: DeploymentFailure['step'], { summary }: EffectOutcome): Issue {
  switch (step) {
    case 'deploy':
    case 'activate':
    case 'rehearse-back':
    case 'rehearse-verify':
      return { kind: 'deploy-failed', detail: summary };
    case 'migrate':
      return { kind: 'migration-failed', detail: summary };
    case 'verify':
    case 'health':
      return { kind: 'health-failed', detail: summary };
    case 'smoke':
      return { kind: 'smoke-failed', detail: summary };
  }
}

/** Step 3.2: the support engineer watches error rate and performance for the monitoring time. */
async function verifyProduction(
  run: Run,
  { staged, previous }: Approved,
  deployment: Deployment,
): Promise<void> {
  const { environment } = deployment;
  const target = { ...targetOf(deployment), previousVersion: previous?.version };
  const outcome = await watchUntilSeen(run, 'production.monitor', environment, target);
  const lines = outcome.value?.samples ?? [];
  const support = await verdict(
    run,
    staged.config,
    {
      id: 'production.support',
      role: 'support-engineer',
      environment: 'production',
      task: `${run.product} v${deployment.version} has been watched in production: does it hold?`,
      evidence: { monitoring: outcome.summary, samples: lines.slice(-20) },
    },
    { ok: true, summary: `production holds: ${outcome.summary}` },
  );
  if (!support.ok)
    await judgeIssue(run, environment, { kind: 'agent-finding', detail: support.summary, severity: 'high' });
  await settled(run);
}
