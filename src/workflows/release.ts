import { ActivityFailure } from '@temporalio/workflow';
import type { CheckConfig, CheckName, ProductConfig } from '../domain/config/schema.ts';
import { cannotBeReached, resolvePeople } from '../domain/gate.ts';
import type { ReleaseInput } from '../domain/inquiry.ts';
import { planRelease } from '../domain/release-plan.ts';
import type { RunResult } from '../domain/status.ts';
import type { Candidate } from '../activities/prepare.ts';
import type { Readiness } from '../activities/readiness.ts';
import { checkpoint, describe } from './shared/checkpoint.ts';
import { effects, quick } from './shared/effects.ts';
import { deployTo, enter } from './shared/environments.ts';
import { finalize, postRelease } from './shared/finalize.ts';
import { adopt, conduct } from './shared/frame.ts';
import { passGate } from './shared/gates.ts';
import { RunEnded } from './shared/interrupt.ts';
import { toProduction } from './shared/production.ts';
import type { Run } from './shared/run.ts';
import type { Staged } from './shared/staged.ts';
import { deploymentOf, releasedOf, removeBranch, trailer } from './shared/staged.ts';
import { insist, runStep } from './shared/steps.ts';
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
        // Somebody pushed to the release branch: what is asked for goes through staging first.
        staged = await stageUntilGood(run, asked, changedTo(run, staged, described.bundle.commit));
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
      .deleteReleaseBranch({ step: 'branch.replace', try: 1 }, releasedOf(run, staged))
      .catch(() => undefined);
    staged = await prepareAfterFix(run, config, asked);
  }
}

function changedTo(run: Run, staged: Staged, commit: string): Staged {
  const note = `the release branch moved from ${staged.commit.slice(0, 10)} to ${commit.slice(0, 10)}`;
  run.concern(note);
  run.write('new-commit', note, { from: staged.commit, to: commit });
  run.commit = commit;
  const changed: Staged = { ...staged, commit };
  run.undo = () => removeBranch(run, releasedOf(run, changed));
  return changed;
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
  const checks = await regression(run, config, candidate, readiness);
  const notes = await prepareRelease(run, config, candidate);
  const { branch, commit } = await createBranch(run, config, candidate, notes);
  return { config, readiness, candidate, branch, commit, notes, checks };
}

/** Step 1.1: Check Readiness. */
async function checkReadiness(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Readiness> {
  const source = await runStep(run, 'readiness.source', (ref) =>
    quick.checkReadiness(ref, { config, input: asked }),
  );
  const readiness = source.value;
  if (!readiness) throw new RunEnded('blocked', blocked(run, [source.summary]));
  run.version = readiness.version || undefined;
  run.previousVersion = readiness.previousTag?.replace(/^v/, '');
  run.commit = readiness.commit;
  for (const concern of readiness.concerns) run.concern(concern);
  const failed = await runChecks(
    run,
    config,
    ['unit', 'integration', 'security'],
    'readiness',
    readiness.commit,
    readiness.version,
  );
  const blockers = [...readiness.blockers, ...failed.blockers, ...withoutApprovers(run, config)];
  if (blockers.length > 0) throw new RunEnded('blocked', blocked(run, blockers));
  return readiness;
}

/** A release that nobody could approve is not begun. */
function withoutApprovers(run: Run, config: ProductConfig): string[] {
  const policy = config.environments['production']?.approval;
  if (!policy) return [];
  const who = resolvePeople(policy.from, config.people.groups);
  const why = cannotBeReached(who, policy.allowStarter ? undefined : run.startedBy, policy.quorum);
  return why ? [why] : [];
}

/** Step 1.2: Full Regression, by the QA engineer. All must pass. */
async function regression(
  run: Run,
  config: ProductConfig,
  candidate: Candidate,
  readiness: Readiness,
): Promise<readonly string[]> {
  const { blockers, results } = await runChecks(
    run,
    config,
    ['e2e', 'smoke', 'performance'],
    'regression',
    candidate.base,
    candidate.version,
  );
  if (blockers.length > 0) throw new RunEnded('blocked', blocked(run, blockers));
  const evidence = [...checkLines(run, 'readiness.'), ...results];
  const qa = await verdict(
    run,
    config,
    {
      id: 'regression.qa',
      role: 'qa-engineer',
      task: `Regression of ${run.product} v${candidate.version}: may it go to staging?`,
      evidence: { checks: evidence, changes: readiness.changes, concerns: readiness.concerns },
    },
    {
      ok: true,
      summary:
        evidence.length > 0
          ? `${evidence.length === 1 ? 'the one check' : `all ${evidence.length} checks`} passed`
          : 'no checks are configured: nothing was tested',
    },
  );
  if (!qa.ok) throw new RunEnded('blocked', blocked(run, [qa.summary]));
  return evidence;
}

/** Step 1.3: Prepare Release, by the technical writer. */
async function prepareRelease(run: Run, config: ProductConfig, candidate: Candidate): Promise<string> {
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
    return prepared.value.notes;
  }
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
      const loaded = await quick.loadProduct(run.product);
      if (loaded.ok) current = loaded.config;
      adopt(run, current);
    }
  }
}

/** Runs the configured ones of some checks, all of them, and says which failed. */
async function runChecks(
  run: Run,
  config: ProductConfig,
  names: readonly CheckName[],
  step: 'readiness' | 'regression',
  commit: string,
  version: string,
): Promise<{ blockers: string[]; results: string[] }> {
  const blockers: string[] = [];
  const results: string[] = [];
  for (const name of names) {
    const check: CheckConfig | undefined = config.checks[name];
    if (!check) continue;
    const target = {
      product: run.product,
      environment: 'integration',
      version,
      commit,
      previousVersion: run.previousVersion,
    };
    const id = `${step}.${name}`;
    const outcome = await runStep(run, id, (ref) => effects.runCheck(ref, { name, checks: [check], target }));
    const line = `${run.step(id).title}: ${outcome.summary}`;
    (outcome.ok ? results : blockers).push(line);
  }
  return { blockers, results };
}

/** The steps with this prefix that were carried out, as lines of evidence. */
function checkLines(run: Run, prefix: string): string[] {
  return run
    .status()
    .steps.filter(
      (step) => step.id.startsWith(prefix) && step.state === 'succeeded' && step.id !== 'readiness.source',
    )
    .map((step) => `${step.title}: ${step.summary ?? 'done'}`);
}

function blocked(run: Run, blockers: readonly string[]): string {
  run.blockers = blockers;
  return `not ready: ${blockers.length} ${blockers.length === 1 ? 'blocker' : 'blockers'}`;
}
