import { ActivityFailure } from '@temporalio/workflow';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { stagingOf } from '../../domain/environments/purpose.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { planRelease } from '../../domain/release/plan.ts';
import { quick, stepRef } from '../run/effects.ts';
import { deploymentOf } from '../environments/deployable.ts';
import type { Deployment } from '../environments/environments.ts';
import { deployTo, enter } from '../environments/environments.ts';
import { passGate } from '../gates/gates.ts';
import { RunEnded } from '../run/interrupt.ts';
import { prepareAgain } from './preparation.ts';
import { rehearseRollback, whatRanBefore } from '../environments/try-way-back.ts';
import type { Run } from '../run/run.ts';
import type { Staged } from './staged.ts';
import { ownBranchOf } from './staged.ts';
import { checkLines } from './verification.ts';
import { verdict } from '../agents/verdict.ts';

/** Phase 2. A failure on staging is a question: after a fix, `retry` goes on in this run, with the new commit where there is one. */
export async function stageUntilGood(run: Run, asked: ReleaseInput, prepared: Staged): Promise<Staged> {
  let staged = prepared;
  if (await enter(run, stagingOf(staged.config))) staged = await afterWaiting(run, staged, asked);
  for (;;) {
    const name = stagingOf(staged.config);
    const failure = await stage(run, staged, name);
    if (!failure) return { ...staged, checks: [...staged.checks, ...checkLines(run, `${name}.`)] };
    const { config, head } = await askForFix(run, staged, failure);
    if (head === staged.candidate.base) {
      staged = { ...staged, config };
      continue;
    }
    await dropBranch(run, staged);
    staged = await prepareAfterFix(run, config, asked);
  }
}

/** What was released before it had its turn counts: the version is made again from main as it is now, or blocked. */
async function afterWaiting(run: Run, staged: Staged, asked: ReleaseInput): Promise<Staged> {
  const now = await lookForFix(run, staged);
  if (typeof now === 'string' || now.head === staged.candidate.base) return staged;
  await dropBranch(run, staged);
  return prepareAgain(run, now.config, asked);
}

async function dropBranch(run: Run, staged: Staged): Promise<void> {
  await quick.deleteReleaseBranch(stepRef(run, 'branch.replace'), ownBranchOf(staged)).catch(() => undefined);
}

/** Steps 2.2 and 2.3: deploy to staging, verify it, sign it off. Gives what failed, if something did. */
async function stage(run: Run, staged: Staged, name: string): Promise<string | undefined> {
  const environment = staged.config.environments[name];
  if (!environment) return `the product has no ${name} environment any more`;
  run.restartFrom(`${name}.`);
  await enter(run, name);
  run.addLink({ title: 'Staging', url: environment.url });
  const deployment = deploymentOf(run, staged, name);
  const before = await whatRanBefore(run, staged, name);
  const failure = (await deployTo(run, deployment)) ?? (await rehearseRollback(run, deployment, before));
  if (failure) return `"${run.step(`${name}.${failure.step}`).title}" failed: ${failure.outcome.summary}`;
  const deployed = await deploymentVerdict(run, staged, deployment);
  if (!deployed.ok) return deployed.summary;
  const signOff = await verdict(
    run,
    staged.config,
    {
      id: `${name}.sign-off`,
      role: 'qa-engineer',
      environment: name,
      task: `${run.product} v${staged.version} runs on ${name}: sign it off?`,
      evidence: { checks: checkLines(run, `${name}.`), url: environment.url },
    },
    { ok: true, summary: `healthy${environment.smoke ? ', smoke tests passed' : ''} at ${environment.url}` },
  );
  return signOff.ok ? undefined : signOff.summary;
}

/** A DevOps engineer, where one is configured, looks at what the deployment effects did; the effects themselves are Sluice's. */
async function deploymentVerdict(
  run: Run,
  staged: Staged,
  { name, environment }: Deployment,
): Promise<EffectOutcome> {
  if (!staged.config.agents['devops-engineer']) return { ok: true, summary: '' };
  return verdict(
    run,
    staged.config,
    {
      id: `${name}.devops`,
      role: 'devops-engineer',
      environment: name,
      task: `${run.product} v${staged.version} was deployed to ${name}: is the deployment as it should be?`,
      evidence: { steps: checkLines(run, `${name}.`), url: environment.url },
    },
    { ok: true, summary: '' },
  );
}

/** Asks for a fix until there is one: gives where main stands then, and how the product is configured then. */
async function askForFix(
  run: Run,
  staged: Staged,
  failure: string,
): Promise<{ readonly config: ProductConfig; readonly head: string }> {
  let problem = `Staging failed: ${failure}`;
  for (;;) {
    const end = await passGate(run, {
      id: 'staging-failed',
      kind: 'question',
      statement: problem,
      details: [
        `v${staged.version} was made from \`${staged.candidate.base.slice(0, 10)}\`. Investigate and fix; then retry.`,
        'If main has a new commit by then, the release is made again from it, in this run, and the commit is shown. A changed configuration counts from then on.',
      ].join('\n\n'),
      choices: [
        { id: 'retry', title: 'retry' },
        { id: 'abort', title: 'give the release up' },
      ],
    });
    if (end.action === 'expired' || end.choice === 'abort')
      throw new RunEnded('aborted', `staging failed (${failure}); ${end.reason}`);
    const fixed = await lookForFix(run, staged);
    if (typeof fixed !== 'string') return fixed;
    problem = `Staging failed, and the fix can't be looked at: ${fixed}`;
  }
}

async function lookForFix(
  run: Run,
  staged: Staged,
): Promise<{ readonly config: ProductConfig; readonly head: string } | string> {
  try {
    const loaded = await quick.loadProduct(run.product);
    if (!loaded.ok) return loaded.problems.join('; ');
    const head = await quick.headOfMain(run.product);
    run.uses(loaded.config, loaded.digest);
    run.plan(planRelease(loaded.config));
    if (head.commit !== staged.candidate.base) {
      const note = `main moved from ${staged.candidate.base.slice(0, 10)} to ${head.commit.slice(0, 10)}: ${head.subject}`;
      run.concern(note);
      run.write('new-commit', note, { from: staged.candidate.base, to: head.commit });
    }
    return { config: loaded.config, head: head.commit };
  } catch (error) {
    if (error instanceof ActivityFailure) return error.cause?.message ?? error.message;
    throw error;
  }
}

/** As it can be read now; where it can't, the old one goes on and the approvers are told why. */
async function configurationNow(run: Run): Promise<ProductConfig | undefined> {
  const loaded = await quick.loadProduct(run.product).catch((error: unknown) => {
    if (error instanceof ActivityFailure)
      return { ok: false as const, problems: [error.cause?.message ?? error.message] };
    throw error;
  });
  if (!loaded.ok) {
    run.concern(`the configuration can't be read anew: ${loaded.problems.join('; ')}`);
    return undefined;
  }
  run.uses(loaded.config, loaded.digest);
  return loaded.config;
}

/** The fix goes through phase 1 like any commit; what blocks it now is a question again, for the run goes on. */
async function prepareAfterFix(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Staged> {
  let current = config;
  for (;;) {
    try {
      return await prepareAgain(run, current, asked);
    } catch (error) {
      if (!(error instanceof RunEnded) || error.outcome !== 'blocked') throw error;
      const end = await passGate(run, {
        id: 'fix-blocked',
        kind: 'question',
        statement: `The fix is not ready: ${error.message}`,
        details: run.blockers.map((blocker) => `- ${blocker}`).join('\n'),
        choices: [
          { id: 'retry', title: 'look again' },
          { id: 'abort', title: 'give the release up' },
        ],
      });
      if (end.action === 'expired' || end.choice === 'abort')
        throw new RunEnded('aborted', `${error.message}; ${end.reason}`);
      run.blockedBy([]);
      current = (await configurationNow(run)) ?? current;
    }
  }
}
