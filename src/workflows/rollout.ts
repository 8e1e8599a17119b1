import type { DescribedBundle } from '../activities/gates/bundle.ts';
import type { ReleasedVersion } from '../activities/rollout/released-version.ts';
import type { ProductConfig } from '../domain/config/schema.ts';
import { productionOf } from '../domain/environments/purpose.ts';
import type { RolloutInput } from '../domain/rollout/input.ts';
import { rolloutFlow } from '../domain/rollout/flow.ts';
import type { RunResult } from '../domain/run/status.ts';
import { isLower } from '../domain/versions/version.ts';
import { checkpoint, describe } from './gates/checkpoint.ts';
import { quick } from './run/effects.ts';
import { runFlow } from './run/frame.ts';
import { RunEnded } from './run/interrupt.ts';
import type { Approved, Deployable } from './environments/deployable.ts';
import { holding, retirePrevious } from './environments/holding.ts';
import { intoEnvironment } from './environments/into-environment.ts';
import { postRelease } from './environments/post-release.ts';
import { reportsJudged } from './rollback/issues.ts';
import type { Run } from './run/run.ts';
import { runStep } from './run/steps.ts';
import { blocked } from './run/blocked.ts';

/** Takes a version that was released before to production: approved, step by step as evidence lets it (SI-5), watched and verified. */
export async function rollout(input: unknown): Promise<RunResult> {
  return runFlow(rolloutFlow, input, async (run, config, asked) => {
    run.plan(rolloutFlow.plan(config, asked));
    const missing = rolloutFlow.needs(config, asked);
    if (missing.length > 0) throw new RunEnded('blocked', blocked(run, missing));
    let released = deployableOf(config, await find(run, asked));
    const { version } = released;
    run.found({ version, commit: released.commit });
    let objections: readonly string[] = [];
    for (;;) {
      const to = productionOf(released.config);
      const described = await describe(run, released, to);
      released = { ...released, config: described.config, commit: described.bundle.commit };
      run.uses(described.config, described.bundle.configurationDigest);
      const running = described.previous?.version;
      if (running === version || (running !== undefined && isLower(version, running)))
        throw new RunEnded(
          'blocked',
          blocked(run, [
            running === version
              ? `${to} runs v${version} already`
              : `${to} runs v${running}, and v${version} is lower: sluice rollback --product ${run.product} --version ${version} goes back`,
          ]),
        );
      const approved = await checkpoint(run, {
        deployable: released,
        environment: to,
        described,
        statement: `Shall ${run.product} v${version}, ${pastText(described, to)}, be rolled out to ${to}?`,
        voided: objections,
      });
      const deployed = await intoEnvironment(run, approved);
      if (deployed.void === undefined) {
        await finalize(run, approved);
        return postRelease(run, approved);
      }
      objections = deployed.void;
      run.restartFrom('approval.');
    }
  });
}

/** What is known of the version: it may have been taken back since, or have a tag and nothing else. */
function pastText({ past, bundle: { version } }: DescribedBundle, to: string): string {
  const back = past?.takenBack.find((each) => each.version === version);
  if (back) return `which was taken back in ${to} on ${back.at.slice(0, 10)}`;
  return past && !past.released
    ? `which has a tag, and was never released to ${to} as far as the history knows`
    : 'which was released before';
}

async function find(run: Run, { version }: RolloutInput): Promise<ReleasedVersion> {
  const date = new Date().toISOString();
  const found = await runStep(run, 'rollout.find', (ref) =>
    quick.findReleased(ref, { date, ...(version ? { version } : {}) }),
  );
  if (!found.value) throw new RunEnded('blocked', blocked(run, [found.summary]));
  return found.value;
}

/** What stands behind the tag is as good as staged: it was, when it was released. */
function deployableOf(
  config: ProductConfig,
  { candidate, tag, commit, changes }: ReleasedVersion,
): Deployable {
  return {
    config,
    version: candidate.version,
    commit,
    branch: tag,
    notes: changes.map((change) => `- ${change}`).join('\n'),
    checks: [],
    changes,
    ...(candidate.previousTag === null ? {} : { since: candidate.previousTag }),
  };
}

/** A version that was released before has its merge and its tag: all that is left is the version that it replaced. */
async function finalize(run: Run, approved: Approved): Promise<void> {
  run.enters('finalizing');
  await holding(run, approved, async () => {
    await retirePrevious(run, approved);
    await reportsJudged(run);
  });
}
