import type { Prepared } from '../../activities/release/prepare.ts';
import type { Candidate } from '../../domain/versions/candidate.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { effects, quick } from '../run/effects.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import type { Staged } from './staged.ts';
import { removeBranch } from './staged.ts';
import { runUntilDone } from '../run/steps.ts';
import { blocked } from '../run/blocked.ts';
import { checkReadiness, regression } from './verification.ts';
import { verdict } from '../agents/verdict.ts';

/** Phase 1: pre-release verification, and the branch of phase 2. Blockers end the run, all of them at once. */
export async function prepare(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Staged> {
  const readiness = await checkReadiness(run, config, asked);
  const candidate: Candidate = {
    product: run.product,
    version: readiness.version,
    base: readiness.commit,
    previousTag: readiness.previousTag,
    date: new Date(run.startedAt).toISOString(),
  };
  const checks = await regression(run, config, candidate, readiness.changes);
  const { notes, whole, file } = await prepareRelease(run, config, candidate);
  const { branch, commit } = await createBranch(run, candidate, whole === true ? notes : undefined);
  const { version, bump, prerelease, changes } = readiness;
  return {
    config,
    version,
    bump,
    prerelease,
    changes,
    candidate,
    ...(readiness.previousTag === null ? {} : { since: readiness.previousTag }),
    hasNotes: true,
    branch,
    commit,
    ownCommit: commit,
    notes,
    ...(whole === undefined ? {} : { wholeNotes: whole }),
    ...(file === undefined ? {} : { notesFile: file }),
    checks,
  };
}

/** Phase 1 once more for the same version, from main as it is now. */
export function prepareAgain(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Staged> {
  run.restartFrom('readiness.');
  return prepare(run, config, { ...asked, ...(run.version ? { version: run.version } : {}), bump: 'auto' });
}

/** Step 1.3: Prepare Release, by the technical writer. */
export async function prepareRelease(
  run: Run,
  config: ProductConfig,
  candidate: Candidate,
): Promise<Prepared> {
  for (;;) {
    const prepared = await runUntilDone(
      run,
      'prepare.release',
      (ref) => effects.prepareRelease(ref, candidate),
      {
        consequence: 'Nothing was written yet.',
      },
    );
    if (!prepared.value) continue;
    for (const concern of prepared.value.concerns) run.concern(concern);
    await readByPerson(run, config, candidate, prepared.value);
    return prepared.value;
  }
}

/** A technical writer who is a person reads the notes; what they object to is mended in the commits, and released again. */
async function readByPerson(
  run: Run,
  config: ProductConfig,
  { version }: Candidate,
  { notes, changelog }: Prepared,
): Promise<void> {
  if (!config.agents['technical-writer']?.person) return;
  const read = await verdict(
    run,
    config,
    {
      id: 'prepare.notes',
      role: 'technical-writer',
      task: `Release notes of ${run.product} v${version}: are they right and complete?`,
      evidence: { 'release notes': notes, ...(changelog === undefined ? {} : { changelog }) },
    },
    { ok: true, summary: '' },
  );
  if (!read.ok) throw new RunEnded('blocked', blocked(run, [read.summary]));
}

/** Step 2.1: Create Release Branch. */
async function createBranch(
  run: Run,
  candidate: Candidate,
  notes: string | undefined,
): Promise<{ branch: string; commit: string }> {
  for (;;) {
    const created = await runUntilDone(
      run,
      'branch.create',
      (ref) => quick.createReleaseBranch(ref, candidate, notes),
      {
        consequence: 'Nothing was deployed yet.',
      },
    );
    if (!created.value) continue;
    const { branch, commit } = created.value;
    run.found({ commit });
    run.undoesBy(() => removeBranch(run, { version: candidate.version, branch, commit }));
    return { branch, commit };
  }
}
