import type { DescribedBundle } from '../../activities/gates/bundle.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { renderApproval } from '../../domain/gates/approval-details.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import { quick } from '../run/effects.ts';
import { reserve } from '../environments/environments.ts';
import { flush } from '../run/flush.ts';
import { passGate } from './gates.ts';
import { RunEnded, stopIfInterrupted } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import type { Staged } from '../release/staged.ts';
import { insist, orCancelled } from '../run/steps.ts';

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
  const { bundle, digest, config } = described;
  const production = config.environments['production'];
  const policy = production?.approval;
  if (!production || !policy)
    throw new RunEnded('failed', 'production or its approval is no longer configured');
  run.found({ previousVersion: bundle.previousVersion ?? undefined });
  run.begin('approval.production');
  run.awaitsPeople('approval.production');
  // People may stop a run whose record can't be written for now.
  await Promise.race([flush(run), run.interruption]);
  stopIfInterrupted(run);
  await reserve(run, 'production');
  const staging = config.environments['staging'];
  const asking = passGate(run, {
    id: 'production',
    kind: 'approval',
    statement,
    details: renderApproval({
      title: run.product,
      bundle,
      newMigrations: described.newMigrations,
      stagingUrl: staging?.url ?? '',
      productionUrl: production.url,
      notes: staged.notes.slice(0, 20_000),
      concerns: run.concerns,
      checks: [...staged.checks, ...stagingChecks(run)],
      void: voided,
    }),
    digest,
    who: resolvePeople(policy.from, config.people.groups),
    quorum: policy.quorum,
    ...(policy.allowStarter ? {} : { excluded: run.startedBy }),
    choices: [
      { id: 'approve', title: 'approve' },
      { id: 'reject', title: 'reject' },
    ],
    remindAfter: policy.remindAfter,
    escalateAfter: policy.escalateAfter,
    escalateTo: policy.escalateTo,
    expiresAfter: policy.expires,
    onExpiry: 'the release is rejected',
  });
  const end = await orCancelled(run, 'approval.production', () => asking);
  const approved = end.action === 'decided' && end.choice === 'approve';
  run.end('approval.production', approved ? 'succeeded' : 'failed', end.reason);
  if (!approved) throw new RunEnded('rejected', end.reason);
  return {
    staged: { ...staged, config },
    approval: {
      gate: 'production',
      digest,
      branch: staged.branch,
      startedBy: run.startedBy,
      subject: {
        commit: bundle.commit,
        artifacts: bundle.artifacts,
        migrations: bundle.migrations,
        configurationDigest: bundle.configurationDigest,
      },
      votes: end.votes,
    },
    previous: described.previous,
  };
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
