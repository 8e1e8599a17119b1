import type { Approved } from '../environments/deployable.ts';
import { consequence, holding, retirePrevious } from '../environments/holding.ts';
import { reportsJudged } from '../rollback/issues.ts';
import { quick } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone } from '../run/steps.ts';
import type { Staged } from './staged.ts';
import { releasedOf } from './staged.ts';

/** Step 3.3: merge, tag, publish, delete the branch. Each part can be retried alone (BY-8); the tag comes only after production holds. */
export async function finalize(run: Run, approved: Approved<Staged>): Promise<void> {
  const { deployable: staged } = approved;
  run.enters('finalizing');
  await holding(run, approved, async () => {
    const released = releasedOf(staged);
    await runUntilDone(run, 'finalize.merge', (ref) => quick.mergeToMain(ref, released), { consequence });
    await runUntilDone(run, 'finalize.tag', (ref) => quick.tagRelease(ref, released), { consequence });
    const published = await runUntilDone(
      run,
      'finalize.publish',
      (ref) =>
        quick.publishRelease(ref, {
          version: staged.version,
          notes: staged.notes,
          prerelease: staged.prerelease,
        }),
      { consequence },
    );
    const url = published.value?.url;
    if (url) run.addLink({ title: 'Release notes', url });
    await runUntilDone(run, 'finalize.branch', (ref) => quick.deleteReleaseBranch(ref, released), {
      consequence,
    });
    run.undoesBy(undefined);
    await retirePrevious(run, approved);
    await reportsJudged(run);
  });
}
