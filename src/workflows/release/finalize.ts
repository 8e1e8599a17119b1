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
    const merged = await runUntilDone(run, 'finalize.merge', (ref) => quick.mergeToMain(ref, released), {
      consequence,
      look: (ref) => quick.lookAtRelease(ref, { part: 'merge', released }),
    });
    const tagged = await runUntilDone(run, 'finalize.tag', (ref) => quick.tagRelease(ref, released), {
      consequence,
      look: (ref) => quick.lookAtRelease(ref, { part: 'tag', released }),
    });
    const published = await runUntilDone(
      run,
      'finalize.publish',
      (ref) =>
        quick.publishRelease(ref, {
          version: staged.version,
          ...(staged.wholeNotes === false ? { commit: staged.commit } : { notes: staged.notes }),
          prerelease: staged.prerelease,
        }),
      { consequence },
    );
    const url = published.value?.url;
    if (url) run.addLink({ title: 'Release notes', url });
    if (merged.ok && tagged.ok)
      await runUntilDone(run, 'finalize.branch', (ref) => quick.deleteReleaseBranch(ref, released), {
        consequence,
      });
    else run.end('finalize.branch', 'skipped', `kept ${released.branch}: main or a tag does not hold it`);
    run.undoesBy(undefined);
    await retirePrevious(run, approved);
    await reportsJudged(run);
  });
}
