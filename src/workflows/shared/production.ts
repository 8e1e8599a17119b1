import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Monitored } from '../../activities/monitor.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/effect-outcome.ts';
import type { Issue } from '../../domain/severity.ts';
import type { Approved } from './checkpoint.ts';
import { effects } from './effects.ts';
import type { Deployment, DeploymentFailure } from './environments.ts';
import { deployTo, enter, targetOf } from './environments.ts';
import { Interrupted, RunEnded } from './interrupt.ts';
import { judgeIssue, RollbackWanted } from './issues.ts';
import { rollBack } from './rollback.ts';
import type { Run } from './run.ts';
import { deploymentOf } from './staged.ts';
import { runStep } from './steps.ts';
import { verdict } from './verdict.ts';

/** What a rollback has to know, kept up while production is being changed. */
interface Progress {
  migrated: boolean;
  /** Production was touched: from here on, going back means rolling back. */
  touched: boolean;
}

/** Steps 3.1 and 3.2. Gives `void` where the approval no longer covers what would be deployed; otherwise production holds. */
export async function toProduction(run: Run, approved: Approved): Promise<{ readonly void?: readonly string[] }> {
  const { staged, approval } = approved;
  const environment = staged.config.environments['production'];
  if (!environment) throw new RunEnded('failed', 'production is no longer configured');
  await enter(run, 'production');
  const deployment: Deployment = {
    ...deploymentOf(run, staged, 'production', environment),
    approval,
    backupKey: `${run.id}/${run.firstRunId}/${approval.digest}`,
  };
  const progress: Progress = { migrated: false, touched: false };
  return guardProduction(run, approved, deployment, progress, async () => {
    await backup(run, deployment);
    run.stage = 'production';
    progress.touched = true;
    const failure = await deployTo(run, deployment, () => (progress.migrated = true));
    if (failure?.void) {
      run.stage = 'preparing';
      run.write('void', 'the approval is void', { objections: failure.void });
      return { void: failure.void };
    }
    if (failure) await judgeFailure(run, environment, failure);
    run.weights = { [deployment.version]: 100 };
    await verifyProduction(run, approved, deployment);
    return {};
  });
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
    return await work();
  } catch (error) {
    const wanted = error instanceof RollbackWanted || (error instanceof Interrupted && progress.touched);
    if (!wanted) throw error;
    const severity = error instanceof RollbackWanted ? error.severity : 'high';
    return rollBack(run, { deployment, previous, reason: error.message, severity, migrated: progress.migrated, config: staged.config });
  }
}

/** Production's database is backed up, and the backup proved readable, before anything else happens there. */
async function backup(run: Run, deployment: Deployment): Promise<void> {
  const { environment } = deployment;
  const database = environment.database;
  if (!database) return;
  const request = { environment, target: targetOf(deployment), backupKey: deployment.backupKey };
  const steps = [
    ['production.backup', 'backup', database.backup ?? database.postgres],
    ['production.prove-backup', 'verifyBackup', database.verifyBackup ?? database.postgres],
  ] as const;
  for (const [id, action, configured] of steps) {
    if (!configured) continue;
    const outcome = await runStep(run, id, (ref) => effects.database(ref, action, request));
    if (!outcome.ok) throw new RunEnded('failed', `production was not touched: ${run.step(id).title.toLowerCase()} failed: ${outcome.summary}`);
  }
}

/** A failed production deployment is rolled back and investigated (RW-16); only a failed smoke test leaves room to judge. */
async function judgeFailure(run: Run, production: EnvironmentConfig, failure: DeploymentFailure): Promise<void> {
  await judgeIssue(run, production, issueOf(failure.step, failure.outcome));
}

function issueOf(step: DeploymentFailure['step'], { summary }: EffectOutcome): Issue {
  switch (step) {
    case 'deploy':
    case 'activate':
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
async function verifyProduction(run: Run, { staged, previous }: Approved, deployment: Deployment): Promise<void> {
  const { environment } = deployment;
  const target = { ...targetOf(deployment), previousVersion: previous?.version };
  const outcome = await watch(run, environment, (ref) => effects.monitor(ref, { environment, target }));
  const lines = outcome.value?.samples ?? [];
  run.samples = [...lines];
  if (outcome.value?.issue) await judgeIssue(run, environment, outcome.value.issue);
  else if (!outcome.ok) throw new RollbackWanted(`production could not be watched: ${outcome.summary}`, 'high');
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
  if (!support.ok) await judgeIssue(run, environment, { kind: 'agent-finding', detail: support.summary, severity: 'high' });
}

/** Runs the monitoring step, and judges what people report meanwhile as soon as they do. */
async function watch(
  run: Run,
  production: EnvironmentConfig,
  monitor: (ref: StepRef) => Promise<EffectOutcome<Monitored>>,
): Promise<EffectOutcome<Monitored>> {
  const scope = new CancellationScope();
  let ended = false;
  const watching = scope
    .run(() => runStep(run, 'production.monitor', monitor))
    .finally(() => {
      ended = true;
    });
  try {
    for (;;) {
      await Promise.race([watching.catch(() => undefined), condition(() => ended || run.reported.length > 0)]);
      const issue = run.reported.shift();
      if (!issue) return await watching;
      await judgeIssue(run, production, issue);
    }
  } catch (error) {
    scope.cancel();
    await watching.catch((late: unknown) => {
      if (!isCancellation(late) && !(late instanceof Interrupted)) throw late;
    });
    throw error;
  }
}
