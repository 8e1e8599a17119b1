import type { Approval } from '../../domain/gates/approval.ts';
import { changedSince } from '../../domain/gates/bundle.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext, Target } from '../ports/index.ts';
import { SourceProblem } from '../ports/index.ts';
import { currentSubject } from './subject.ts';

/** After so many attempts a repository that can't be reached is an objection, and people are asked. */
const looks = 10;

/** Why what would be deployed is not what the approval shows, one sentence each. */
export async function subjectObjections(
  deps: Deps,
  target: Target,
  { subject, branch }: Approval,
  { attempt }: EffectContext,
): Promise<readonly string[]> {
  return compared(attempt, async () => {
    const entry = await deps.catalog.load(target.product);
    const objections = changedSince(subject, await currentSubject(deps, entry, target.environment, branch));
    return target.commit === subject.commit
      ? objections
      : [
          ...objections,
          `${target.commit.slice(0, 10) || 'no commit'} would be deployed, and ${subject.commit.slice(0, 10)} was approved`,
        ];
  });
}

/** The same where a run may commit on top of it: whatever lies between the approved commit and the deployed one has to be this run's own. */
export async function fixObjections(
  deps: Deps,
  target: Target,
  { subject, branch }: Approval,
  { attempt, run }: EffectContext,
): Promise<readonly string[]> {
  return compared(attempt, async () => {
    const entry = await deps.catalog.load(target.product);
    const now = await currentSubject(deps, entry, target.environment, target.commit);
    const objections = changedSince({ ...subject, commit: now.commit }, now);
    if (now.commit === subject.commit) return objections;
    const { source } = entry;
    const short = (commit: string): string => commit.slice(0, 10);
    const below = await deps.source.commits(source, { since: now.commit, until: subject.commit });
    if (below.length > 0)
      return [
        ...objections,
        `${short(now.commit)} is not made from ${short(subject.commit)}, which was approved`,
      ];
    const beyond = await deps.source.commits(source, { since: branch, until: now.commit });
    if (beyond.length > 0) objections.push(`${short(now.commit)} is not on the branch ${branch}`);
    const fixes = await deps.source.commits(source, { since: subject.commit, until: now.commit });
    const foreign = fixes.filter(
      ({ body }) => !body.split('\n').some((line) => line.startsWith(`Sluice-Run: ${run} `)),
    );
    if (foreign.length > 0)
      objections.push(
        `${foreign.map(({ sha }) => short(sha)).join(', ')} was not made by this run, and nobody approved it`,
      );
    return objections;
  });
}

/** What can't be compared is an objection as well, once it was tried for long enough. */
async function compared(attempt: number, work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SourceProblem) || (error.kind === 'unreachable' && attempt < looks)) throw error;
    return [`what would be deployed can't be compared with what was approved: ${error.message}`];
  }
}
