import type { DescribedBundle } from '../../activities/gates/bundle.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { renderApproval } from '../../domain/gates/approval-details.ts';
import { flowTitles } from '../../domain/flows/registry.ts';
import type { Staged } from '../release/staged.ts';
import { quick } from '../run/effects.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { insist } from '../run/steps.ts';
import { askApproval } from './approval.ts';

/** A staged version that people have approved for production, with what they approved. */
export interface Approved {
  readonly staged: Staged;
  readonly approval: Approval;
  /** What production ran when it was approved; null before the first deployment. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
}

/** CHECKPOINT: "Staged and verified. Ready for production?" Rejected or expired, the run ends here. */
export async function checkpoint(
  run: Run,
  staged: Staged,
  described: DescribedBundle,
  voided: readonly string[],
  statement = `Staged and verified. Is ${run.product} v${described.bundle.version} ready for production?`,
): Promise<Approved> {
  const { bundle, digest, config, previous } = described;
  const { commit, artifacts, migrations, configurationDigest } = bundle;
  const production = config.environments['production'];
  if (!production?.approval)
    throw new RunEnded('failed', 'production or its approval is no longer configured');
  run.found({ previousVersion: bundle.previousVersion ?? undefined });
  const approval = await askApproval(run, {
    gate: 'production',
    environment: 'production',
    config,
    statement,
    details: renderApproval({
      title: run.product,
      bundle,
      newMigrations: described.newMigrations,
      stagingUrl: config.environments['staging']?.url ?? '',
      productionUrl: production.url,
      notes: staged.notes.slice(0, 20_000),
      concerns: run.concerns,
      checks: [...staged.checks, ...stagingChecks(run)],
      void: voided,
    }),
    described: { digest, subject: { commit, artifacts, migrations, configurationDigest } },
    branch: staged.branch,
    onExpiry: `the ${flowTitles[run.flow].toLowerCase()} is rejected`,
  });
  return { staged: { ...staged, config }, approval, previous };
}

/** The bundle as it is now: branch, migrations and configuration are read afresh. */
export async function describe(run: Run, staged: Staged): Promise<DescribedBundle> {
  for (;;) {
    const described = await insist(
      run,
      'approval.bundle',
      (ref) =>
        quick.describeBundle(ref, {
          candidate: staged.candidate,
          branch: staged.branch,
          bump: staged.readiness.bump,
          changes: staged.readiness.changes,
          concerns: run.concerns,
        }),
      { consequence: 'Nothing was put into production.' },
    );
    if (described.value) return described.value;
  }
}

function stagingChecks(run: Run): string[] {
  return run
    .status()
    .steps.filter((step) => step.id.startsWith('staging.') && step.state === 'succeeded')
    .map((step) => `${step.title}: ${step.summary ?? 'done'}`);
}
