import { productionOf } from '../domain/environments/purpose.ts';
import { environmentOf } from '../domain/environments/environment-of.ts';
import { releaseChecklist, renderChecklist } from '../domain/release/checklist.ts';
import { releaseFlow } from '../domain/release/flow.ts';
import type { RunResult } from '../domain/run/status.ts';
import { isLower } from '../domain/versions/version.ts';
import type { DescribedBundle } from '../activities/gates/bundle.ts';
import { checkpoint, describe } from './gates/checkpoint.ts';
import { finalize } from './release/finalize.ts';
import { runFlow } from './run/frame.ts';
import { RunEnded } from './run/interrupt.ts';
import { prepare, prepareRelease } from './release/preparation.ts';
import { intoEnvironment } from './environments/into-environment.ts';
import { postRelease } from './environments/post-release.ts';
import type { Run } from './run/run.ts';
import type { Staged } from './release/staged.ts';
import { stageUntilGood } from './release/staging.ts';
import { regression, verify } from './release/verification.ts';
import { blocked } from './run/blocked.ts';

/** Releases a product version to production (processes/release.md), phase by phase. */
export async function release(input: unknown): Promise<RunResult> {
  return runFlow(releaseFlow, input, async (run, config, asked) => {
    run.plan(releaseFlow.plan(config, asked));
    let staged = await stageUntilGood(run, asked, await prepare(run, config, asked));
    let objections: readonly string[] = [];
    for (;;) {
      const to = productionOf(staged.config);
      const described = await describe(run, staged, to);
      staged = { ...staged, config: described.config };
      run.uses(described.config, described.bundle.configurationDigest);
      refuseDowngrade(run, described);
      if (described.bundle.commit !== staged.commit) {
        // Somebody pushed to the release branch: what is asked for was tested and staged first.
        const changed = await changedTo(run, staged, described.bundle.commit);
        staged = await stageUntilGood(run, asked, changed);
        continue;
      }
      const approved = await checkpoint(run, {
        deployable: staged,
        environment: to,
        described,
        statement: `Staged and verified. Is ${run.product} v${staged.version} ready for ${to}?`,
        voided: objections,
        checklist: renderChecklist(
          releaseChecklist(run.status().steps, {
            planned: true,
            withoutBackup: environmentOf(staged.config, to)?.database?.withoutBackup,
          }),
          staged.config.release?.checklist,
        ),
      });
      const deployed = await intoEnvironment(run, approved);
      if (deployed.void === undefined) {
        await finalize(run, approved);
        return postRelease(run, approved);
      }
      // What would be deployed is no longer what was approved: described, staged where its commit changed, and asked again.
      objections = deployed.void;
      run.restartFrom('approval.');
    }
  });
}

/** Versions only go up: what others brought there meanwhile is not undone by an older version in the queue. */
function refuseDowngrade(run: Run, { bundle, previous }: DescribedBundle): void {
  if (!previous || !isLower(bundle.version, previous.version)) return;
  throw new RunEnded(
    'blocked',
    blocked(run, [
      `${bundle.environment} runs v${previous.version} by now, and v${bundle.version} is lower: release a higher version`,
    ]),
  );
}

/** What people pushed to the release branch is verified like any commit, and told in the notes. Their branch stays whatever comes. */
async function changedTo(run: Run, staged: Staged, commit: string): Promise<Staged> {
  const note = `the release branch moved from ${staged.commit.slice(0, 10)} to ${commit.slice(0, 10)}`;
  run.concern(note);
  run.write('new-commit', note, { from: staged.commit, to: commit });
  run.found({ commit });
  const { config } = staged;
  const candidate = { ...staged.candidate, base: commit, written: staged.ownCommit };
  const failed = await verify(run, config, { commit, version: candidate.version });
  if (failed.length > 0) throw new RunEnded('blocked', blocked(run, failed));
  const { notes, changes, whole } = await prepareRelease(run, config, candidate);
  const checks = await regression(run, config, candidate, changes);
  return {
    ...staged,
    commit,
    notes,
    ...(whole === undefined ? {} : { wholeNotes: whole }),
    checks,
    changes,
  };
}
