import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { push } from './push.ts';
import { branchTip, requireRefName } from './refs.ts';

/**
 * Deletes the remote branch if it still stands on the commit; somebody's later work on it is kept.
 * @throws SourceProblem `push-rejected`, `unreachable`, `denied`
 */
export async function deleteBranch(
  clone: Clone,
  request: { branch: string; commit: string },
): Promise<{ readonly deleted: boolean; readonly reason?: string }> {
  const ref = `refs/heads/${request.branch}`;
  await requireRefName(clone, ref);
  if (request.branch === clone.source.main)
    throw new SourceProblem('push-rejected', `${request.branch} is the main branch: it is never deleted.`);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await clone.fetch();
    const tip = await branchTip(clone, request.branch);
    if (tip === undefined) return { deleted: false, reason: `${request.branch} is gone already.` };
    if (tip !== request.commit) {
      return {
        deleted: false,
        reason: `${request.branch} stands on ${tip.slice(0, 10)} and not on ${request.commit.slice(0, 10)}: somebody pushed to it, so it is kept.`,
      };
    }
    if ((await push(clone, { to: ref, object: '', expect: request.commit })) === 'pushed')
      return { deleted: true };
  }
  return { deleted: false, reason: `${request.branch} changes all the time: it is kept.` };
}
