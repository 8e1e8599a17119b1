import { ActivityFailure } from '@temporalio/workflow';
import type { EnvironmentConfig, ProductConfig } from '../domain/config/schema.ts';
import type { EffectOutcome } from '../domain/effect-outcome.ts';
import type { ReleaseInput } from '../domain/inquiry.ts';
import { planRelease } from '../domain/release-plan.ts';
import type { RunResult } from '../domain/status.ts';
import type { Candidate, Prepared } from '../activities/prepare.ts';
import { checkpoint, describe } from './shared/checkpoint.ts';
import { effects, quick, stepRef } from './shared/effects.ts';
import { deployTo, enter } from './shared/environments.ts';
import { finalize, postRelease } from './shared/finalize.ts';
import { adopt, conduct } from './shared/frame.ts';
import { passGate } from './shared/gates.ts';
import { RunEnded } from './shared/interrupt.ts';
import { toProduction } from './shared/production.ts';
import type { Run } from './shared/run.ts';
import type { Staged } from './shared/staged.ts';
import { deploymentOf, ownBranchOf, removeBranch, trailer } from './shared/staged.ts';
import { insist } from './shared/steps.ts';
import { blocked, checkLines, checkReadiness, regression, verify } from './shared/verification.ts';
import { verdict } from './shared/verdict.ts';

/** Releases a product version to production (processes/release.md), phase by phase. */
export async function release(input: unknown): Promise<RunResult> {
  return conduct('release', input, async (run, config, asked) => {
    run.plan(planRelease(config));
    let staged = await stageUntilGood(run, asked, await prepare(run, config, asked));
    let objections: readonly string[] = [];
    for (;;) {
      const described = await describe(run, staged);
      staged = { ...staged, config: described.config };
      adopt(run, described.config);
      if (described.bundle.commit !== staged.commit) {
        // Somebody pushed to the release branch: what is asked for was tested and staged first.
        const changed = await changedTo(run, staged, described.bundle.commit);
        staged = await stageUntilGood(run, asked, changed);
        continue;
      }
      const approved = await checkpoint(run, staged, described, objections);
      const production = await toProduction(run, approved);
      if (production.void === undefined) {
        await finalize(run, approved);
        return postRelease(run, approved);
      }
      // What would be deployed is no longer what was approved: described, staged where its commit changed, and asked again.
      objections = production.void;
      run.restartFrom('approval.');
    }
  });
}

/** Phase 2. A failure on staging is a question: after a fix, `retry` goes on in this run, with the new commit where there is one. */
async function stageUntilGood(run: Run, asked: ReleaseInput, prepared: Staged): Promise<Staged> {
  let staged = prepared;
  for (;;) {
    const failure = await stage(run, staged);
    if (!failure) return staged;
    const { config, head } = await askForFix(run, staged, failure);
    if (head === staged.candidate.base) {
      staged = { ...staged, config };
      continue;
    }
    await quick
      .deleteReleaseBranch(stepRef('branch.replace'), ownBranchOf(run, staged))
      .catch(() => undefined);
    staged = await prepareAfterFix(run, config, asked);
  }
}

/** What people pushed to the release branch is verified like any commit, and told in the notes. Their branch stays whatever comes. */
async function changedTo(run: Run, staged: Staged, commit: string): Promise<Staged> {
  const note = `the release branch moved from ${staged.commit.slice(0, 10)} to ${commit.slice(0, 10)}`;
  run.concern(note);
  run.write('new-commit', note, { from: staged.commit, to: commit });
  run.commit = commit;
  const { config } = staged;
  const candidate = { ...staged.candidate, base: commit };
  const failed = await verify(run, config, { commit, version: candidate.version });
  if (failed.length > 0) throw new RunEnded('blocked', blocked(run, failed));
  const { notes, changes } = await prepareRelease(run, config, candidate);
  const checks = await regression(run, config, candidate, changes);
  return { ...staged, commit, notes, checks, readiness: { ...staged.readiness, changes } };
}

/** Phase 1: pre-release verification, and the branch of phase 2. Blockers end the run, all of them at once. */
async function prepare(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Staged> {
  const readiness = await checkReadiness(run, config, asked);
  const candidate: Candidate = {
    product: run.product,
    version: readiness.version,
    base: readiness.commit,
    previousTag: readiness.previousTag,
    date: new Date(run.startedAt).toISOString(),
  };
  const checks = await regression(run, config, candidate, readiness.changes);
  const { notes } = await prepareRelease(run, config, candidate);
  const { branch, commit } = await createBranch(run, config, candidate, notes);
  return { config, readiness, candidate, branch, commit, ownCommit: commit, notes, checks };
}

/** Step 1.3: Prepare Release, by the technical writer. */
async function prepareRelease(run: Run, config: ProductConfig, candidate: Candidate): Promise<Prepared> {
  for (;;) {
    const prepared = await insist(
      run,
      'prepare.release',
      (ref) => effects.prepareRelease(ref, { config, candidate }),
      {
        consequence: 'Nothing was written yet.',
      },
    );
    if (!prepared.value) continue;
    for (const concern of prepared.value.concerns) run.concern(concern);
    await readByPerson(run, config, candidate, prepared.value);
    return prepared.value;
  }
}

/** A technical writer who is a person reads the notes; what they object to is mended in the commits, and released again. */
async function readByPerson(
  run: Run,
  config: ProductConfig,
  { version }: Candidate,
  { notes }: Prepared,
): Promise<void> {
  if (!config.agents['technical-writer']?.person) return;
  const read = await verdict(
    run,
    config,
    {
      id: 'prepare.notes',
      role: 'technical-writer',
      task: `Release notes of ${run.product} v${version}: are they right and complete?`,
      evidence: { notes },
    },
    { ok: true, summary: '' },
  );
  if (!read.ok) throw new RunEnded('blocked', blocked(run, [read.summary]));
}

/** Step 2.1: Create Release Branch. */
async function createBranch(
  run: Run,
  config: ProductConfig,
  candidate: Candidate,
  notes: string,
): Promise<{ branch: string; commit: string }> {
  for (;;) {
    const created = await insist(
      run,
      'branch.create',
      (ref) => quick.createReleaseBranch(ref, { config, candidate, notes, run: trailer(run) }),
      {
        consequence: 'Nothing was deployed yet.',
      },
    );
    if (!created.value) continue;
    const { branch, commit } = created.value;
    run.commit = commit;
    run.undo = () =>
      removeBranch(run, {
        product: run.product,
        version: candidate.version,
        branch,
        commit,
        run: trailer(run),
      });
    return { branch, commit };
  }
}

/** Steps 2.2 and 2.3: deploy to staging, verify it, sign it off. Gives what failed, if something did. */
async function stage(run: Run, staged: Staged): Promise<string | undefined> {
  const environment = staged.config.environments['staging'];
  if (!environment) return 'the product has no staging environment any more';
  run.restartFrom('staging.');
  await enter(run, 'staging');
  if (!run.links.some((link) => link.title === 'Staging'))
    run.links.push({ title: 'Staging', url: environment.url });
  const failure = await deployTo(run, deploymentOf(run, staged, 'staging', environment));
  if (failure) return `"${run.step(`staging.${failure.step}`).title}" failed: ${failure.outcome.summary}`;
  const deployed = await deploymentVerdict(run, staged, environment);
  if (!deployed.ok) return deployed.summary;
  const signOff = await verdict(
    run,
    staged.config,
    {
      id: 'staging.sign-off',
      role: 'qa-engineer',
      environment: 'staging',
      task: `${run.product} v${staged.candidate.version} runs on staging: sign it off?`,
      evidence: { checks: checkLines(run, 'staging.'), url: environment.url },
    },
    { ok: true, summary: `healthy${environment.smoke ? ', smoke tests passed' : ''} at ${environment.url}` },
  );
  return signOff.ok ? undefined : signOff.summary;
}

/** A DevOps engineer, where one is configured, looks at what the deployment effects did; the effects themselves are Sluice's. */
async function deploymentVerdict(
  run: Run,
  staged: Staged,
  environment: EnvironmentConfig,
): Promise<EffectOutcome> {
  if (!staged.config.agents['devops-engineer']) return { ok: true, summary: '' };
  return verdict(
    run,
    staged.config,
    {
      id: 'staging.devops',
      role: 'devops-engineer',
      environment: 'staging',
      task: `${run.product} v${staged.candidate.version} was deployed to staging: is the deployment as it should be?`,
      evidence: { steps: checkLines(run, 'staging.'), url: environment.url },
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
        `v${staged.candidate.version} was made from \`${staged.candidate.base.slice(0, 10)}\`. Investigate and fix; then retry.`,
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
    adopt(run, loaded.config);
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
  adopt(run, loaded.config);
  return loaded.config;
}

/** The fix goes through phase 1 like any commit; what blocks it now is a question again, for the run goes on. */
async function prepareAfterFix(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Staged> {
  let current = config;
  for (;;) {
    run.restartFrom('readiness.');
    try {
      return await prepare(run, current, {
        ...asked,
        ...(run.version ? { version: run.version } : {}),
        bump: 'auto',
      });
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
      run.blockers = [];
      current = (await configurationNow(run)) ?? current;
    }
  }
}
