import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import type { PushOutcome } from './problems.ts';
import { readPush, remoteProblem } from './problems.ts';

/** Pushes one ref of the remote. `expect` is where it has to stand now; an empty text means that it must not be there. */
export async function push(
  clone: Clone,
  update: { readonly to: string; readonly object: string; readonly expect?: string },
): Promise<'pushed' | 'stale'> {
  const lease = update.expect === undefined ? [] : [`--force-with-lease=${update.to}:${update.expect}`];
  const result = await clone.git([
    'push',
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    ...lease,
    'origin',
    `${update.object}:${update.to}`,
  ]);
  const outcome: PushOutcome = readPush(result);
  const name = update.to.replace(/^refs\/(?:heads|tags)\//, '');
  switch (outcome.kind) {
    case 'pushed':
    case 'stale':
      return outcome.kind;
    case 'rejected':
      throw new SourceProblem(
        'push-rejected',
        `${clone.url} rejects the push to ${name}: ${outcome.said} – let the remote's hook or protection rule allow it for Sluice, then retry.`,
      );
    case 'blocked':
      throw new SourceProblem(
        'branch-exists',
        `${name} can't be made because a branch with a part of its name stands in the way: ${outcome.said}. Rename or delete that branch.`,
      );
    case 'failed':
      throw remoteProblem(result, clone.url);
  }
}
