import type { Commit } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { readCommits } from './commits.ts';
import { isVersionCommit } from './messages.ts';

/**
 * What a release was made from and main no longer has, newest first: somebody rewrote main since. A release is made from a commit of main, with a
 * version commit on top; all below that has been on main.
 * @param commit of a release branch; of any other branch nothing is known
 */
export async function droppedByMain(clone: Clone, main: string, commit: string): Promise<readonly Commit[]> {
  const beyond = await readCommits(clone, [commit, `^${main}`]);
  const [base] = beyond.find(isVersionCommit)?.parents ?? [];
  return base === undefined ? [] : readCommits(clone, [base, `^${main}`]);
}

/** @throws SourceProblem `rewritten` where main has dropped what the commit would bring back */
export async function refuseDropped(clone: Clone, main: string, commit: string): Promise<void> {
  const dropped = await droppedByMain(clone, main, commit);
  if (dropped.length === 0) return;
  const named = dropped
    .slice(0, 5)
    .map(({ sha, subject }) => `${sha.slice(0, 10)} "${subject.slice(0, 100)}"`);
  const more = dropped.length > named.length ? ` and ${dropped.length - named.length} more` : '';
  throw new SourceProblem(
    'rewritten',
    `${clone.source.main} was rewritten after this release was made from it, and no longer has ${named.join(', ')}${more}: a merge would bring back what somebody took out. Merge ${commit.slice(0, 10)} by hand if that is wanted, or put only its version commit on ${clone.source.main}.`,
  );
}
