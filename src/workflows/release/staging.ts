import { stagingOf } from '../../domain/environments/purpose.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { acquireLock } from '../environments/lock.ts';
import { quick, stepRef } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { askForFix, lookForFix, prepareAfterFix } from './fix.ts';
import { prepareAgain } from './preparation.ts';
import { stage } from './stage.ts';
import type { Staged } from './staged.ts';
import { ownBranchOf } from './staged.ts';
import { checkLines } from '../run/check-lines.ts';

/** Phase 2. A failure on staging is a question: after a fix, `retry` goes on in this run, with the new commit where there is one. */
export async function stageUntilGood(run: Run, asked: ReleaseInput, prepared: Staged): Promise<Staged> {
  let staged = prepared;
  if (await acquireLock(run, stagingOf(staged.config))) staged = await afterWaiting(run, staged, asked);
  for (;;) {
    const name = stagingOf(staged.config);
    const failure = await stage(run, staged, name);
    if (!failure) return { ...staged, checks: [...staged.checks, ...checkLines(run, `${name}.`)] };
    const { config, head } = await askForFix(run, staged, failure);
    if (head === staged.candidate.base) {
      staged = { ...staged, config };
      continue;
    }
    await dropBranch(run, staged);
    staged = await prepareAfterFix(run, config, asked);
  }
}

/** What was released before it had its turn counts: the version is made again from main as it is now, or blocked. */
async function afterWaiting(run: Run, staged: Staged, asked: ReleaseInput): Promise<Staged> {
  const now = await lookForFix(run, staged);
  if (typeof now === 'string' || now.head === staged.candidate.base) return staged;
  await dropBranch(run, staged);
  return prepareAgain(run, now.config, asked);
}

async function dropBranch(run: Run, staged: Staged): Promise<void> {
  await quick.deleteReleaseBranch(stepRef(run, 'branch.replace'), ownBranchOf(staged)).catch(() => undefined);
}
