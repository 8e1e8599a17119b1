import type { Candidate } from '../../domain/versions/candidate.ts';
import type { Released } from '../../activities/release/source.ts';
import { quick, stepRef } from '../run/effects.ts';
import type { Deployable } from '../environments/deployable.ts';
import type { Run } from '../run/run.ts';

/** A version with its release branch, on its way through staging. */
export interface Staged extends Deployable {
  readonly candidate: Candidate;
  /** The version commit that this run made on the branch; people may have pushed more since. */
  readonly ownCommit: string;
  /** Whether `notes` is all of them; where it is not, they are in `notesFile`. Undefined in runs of before 0.4. */
  readonly wholeNotes?: boolean;
  readonly bump: string;
  readonly prerelease: boolean;
}

export function releasedOf({ version, branch, commit }: Staged): Released {
  return { version, branch, commit };
}

/** The branch as this run made it: removed only as long as nobody pushed anything to it. */
export function ownBranchOf(staged: Staged): Released {
  return { ...releasedOf(staged), commit: staged.ownCommit };
}

export async function removeBranch(run: Run, released: Released): Promise<void> {
  await quick.deleteReleaseBranch(stepRef(run, 'branch.remove'), released).catch(() => {
    run.concern(`the branch ${released.branch} could not be removed`);
  });
}
