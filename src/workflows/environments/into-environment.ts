import { patched } from '@temporalio/workflow';
import { goesBySteps } from '../../domain/environments/plan.ts';
import { changedSince } from '../../domain/gates/bundle.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import type { Issue } from '../../domain/run/severity.ts';
import { describe } from '../gates/checkpoint.ts';
import { effects } from '../run/effects.ts';
import type { Approved } from './deployable.ts';
import { approvedDeployment } from './deployable.ts';
import type { DeploymentFailure } from './deploy-to.ts';
import type { Deployment } from './deployment.ts';
import { deployedVerdict } from './deployment-verdict.ts';
import { deployTo } from './deploy-to.ts';
import { targetOf } from './deployment.ts';
import { acquireLock, releaseLock } from './lock.ts';
import { waitWhilePaused, RunEnded } from '../run/interrupt.ts';
import { judgeIssue, RollbackWanted, reportsJudged } from '../rollback/issues.ts';
import { rollOut } from '../rollout/roll-out.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { verdict } from '../agents/verdict.ts';
import { watchUntilSeen } from '../metrics/watching.ts';
import type { Progress } from './with-way-back.ts';
import { withWayBack } from './with-way-back.ts';

/**
 * The way of an approved version into its environment: backup, deployment, and the time in which it is watched (steps 3.1 and 3.2).
 * @returns `void` where the approval no longer covers what would be deployed; otherwise the environment holds
 */
export async function intoEnvironment(
  run: Run,
  approved: Approved,
): Promise<{ readonly void?: readonly string[] }> {
  const { environment: name, deployable, previous } = approved;
  await acquireLock(run, name);
  const deployment = approvedDeployment(run, approved);
  const progress: Progress = { migrated: false, touched: false };
  return withWayBack(run, { config: deployable.config, previous }, deployment, progress, async () => {
    await backup(run, deployment);
    const objections = await objectionsBefore(run, approved, deployment.environment);
    if (objections.length > 0) return voided(run, name, objections);
    await waitWhilePaused(run);
    run.enters('production');
    progress.touched = true;
    const failure = await deployTo(
      run,
      deployment,
      () => (progress.migrated = true),
      async () => {
        if (goesBySteps(deployable.config, name))
          await rollOut(run, { deployment, config: deployable.config, previous });
      },
    );
    if (failure?.void && progress.migrated) {
      throw new RollbackWanted(
        `the approval became void after migrations ran: ${failure.void.join('; ')}`,
        'high',
      );
    }
    if (failure?.void) return voided(run, name, failure.void);
    if (failure) await judgeIssue(run, deployment.environment, issueOf(failure.step, failure.outcome));
    run.traffic.goesTo({ [deployment.version]: 100 });
    await watch(run, approved, deployment);
    return {};
  });
}

/** The deploy effect checks the approval itself. Where migrations come before it, somebody has to check it before them. */
async function objectionsBefore(
  run: Run,
  { environment, deployable, approval }: Approved,
  { database }: EnvironmentConfig,
): Promise<readonly string[]> {
  if (!database?.migrate || database.migrateWhen !== 'before-deploy') return [];
  const { bundle } = await describe(run, deployable, environment);
  return changedSince(approval.subject, bundle);
}

function voided(run: Run, name: string, objections: readonly string[]): { readonly void: readonly string[] } {
  run.enters('preparing');
  // Until people have decided again, the environment is anybody's (ADR 0007).
  releaseLock(run, name);
  run.write('void', 'the approval is void', { objections });
  return { void: objections };
}

/** The environment's database is backed up, and the backup proved readable, before anything else happens there. */
async function backup(run: Run, deployment: Deployment): Promise<void> {
  const { name, environment } = deployment;
  const { database } = environment;
  if (!database) return;
  const request = { target: targetOf(deployment), backup: deployment.backup };
  const steps = [
    [`${name}.backup`, 'backup', database.backup ?? database.postgres],
    [`${name}.prove-backup`, 'verifyBackup', database.verifyBackup ?? database.postgres],
  ] as const;
  for (const [id, action, configured] of steps) {
    if (!configured) continue;
    const outcome = await runStep(run, id, (ref) => effects.database(ref, action, request));
    if (!outcome.ok)
      throw new RunEnded(
        'failed',
        `${name} was not touched: ${run.step(id).title.toLowerCase()} failed: ${outcome.summary}`,
      );
  }
}

/** A failed deployment is rolled back and investigated (RW-16); only a failed smoke test leaves room to judge. */
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

/** Step 3.2: watched for the monitoring time; then the DevOps engineer looks at the deployment, and the support engineer at how it did. */
async function watch(run: Run, { deployable, previous }: Approved, deployment: Deployment): Promise<void> {
  const { name, environment } = deployment;
  const target = { ...targetOf(deployment), previousVersion: previous?.version };
  const outcome = await watchUntilSeen(run, `${name}.monitor`, environment, target);
  const lines = outcome.value?.samples ?? [];
  if (deployable.config.agents['devops-engineer'] && patched('devops-engineer-in-production')) {
    const deployed = await deployedVerdict(run, deployable.config, deployment);
    if (!deployed.ok)
      await judgeIssue(run, environment, {
        kind: 'agent-finding',
        detail: deployed.summary,
        severity: 'high',
      });
  }
  const support = await verdict(
    run,
    deployable.config,
    {
      id: `${name}.support`,
      role: 'support-engineer',
      environment: name,
      task: `${run.product} v${deployment.version} has been watched in ${name}: does it hold?`,
      evidence: { monitoring: outcome.summary, samples: lines.slice(-20) },
    },
    { ok: true, summary: `${name} holds: ${outcome.summary}` },
  );
  if (!support.ok)
    await judgeIssue(run, environment, { kind: 'agent-finding', detail: support.summary, severity: 'high' });
  await reportsJudged(run);
}
