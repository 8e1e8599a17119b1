import { fixesBranchName } from '../domain/agents/fixes-branch.ts';
import type { StepRef } from '../domain/run/effect-outcome.ts';
import { unknownName } from './frozen.ts';
import type { EffectContext } from './ports/index.ts';
import { releaseBranchName } from './release/facts.ts';

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
