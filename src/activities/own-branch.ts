import { fixesBranchName } from '../domain/agents/fixes-branch.ts';
import type { StepRef } from '../domain/run/effect-outcome.ts';
import type { Deps } from './deps.ts';
import { unknownName } from './frozen.ts';
import type { EffectContext, SourceRef } from './ports/index.ts';
import { SourceProblem } from './ports/index.ts';
import { releaseBranchName } from '../domain/release/branch-name.ts';

/** Names the run in commits: the same run finds its own branch again, another one does not take it over. */
export function trailerOf({ run }: Pick<EffectContext, 'run'>, ref: StepRef): string {
  return `${run} ${ref.run ?? ''}`.trim();
}

/**
 * A branch that Sluice itself makes, for this version or for this run: no other one is ever deleted or written to, whoever asks for it.
 * @throws ApplicationFailure `UnknownName`
 */
export function ownBranch(ref: StepRef, branch: string, version?: string): string {
  const own = [
    fixesBranchName(ref.product, ref.run ?? ''),
    ...(version === undefined ? [] : [releaseBranchName(ref.product, version)]),
  ];
  if (!own.includes(branch)) throw unknownName(`"${branch.slice(0, 200)}" is no branch of this run`);
  return branch;
}

/**
 * Why a commit may not get to main or under a tag as the one of a branch that is Sluice's own; undefined where it may. Whoever asks can name any commit of
 * the repository, and what others pushed to branches of their own was decided on by nobody.
 */
export async function foreignTo(
  deps: Pick<Deps, 'source'>,
  source: SourceRef,
  branch: string,
  commit: string,
): Promise<string | undefined> {
  for (const place of [branch, source.main]) if (await isOn(deps, source, commit, place)) return undefined;
  return `${commit.slice(0, 10)} is neither on ${branch} nor on ${source.main}`;
}

/** Whether a branch has a commit; one that is gone has none. */
export async function isOn(
  { source: repository }: Pick<Deps, 'source'>,
  source: SourceRef,
  commit: string,
  branch: string,
): Promise<boolean> {
  try {
    return (await repository.commits(source, { since: branch, until: commit })).length === 0;
  } catch (error) {
    if (error instanceof SourceProblem && error.kind === 'unknown-ref') return false;
    throw error;
  }
}
