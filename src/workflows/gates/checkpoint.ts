import type { DescribedBundle } from '../../activities/gates/bundle.ts';
import { environmentFor } from '../../domain/environments/purpose.ts';
import { renderApproval } from '../../domain/gates/approval-details.ts';
import { subjectOf } from '../../domain/gates/bundle.ts';
import { flowTitles } from '../../domain/flows/registry.ts';
import type { Approved, Deployable } from '../environments/deployable.ts';
import { quick } from '../run/effects.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone } from '../run/steps.ts';
import { askApproval } from './approval.ts';

export interface Checkpoint<D extends Deployable> {
  readonly deployable: D;
  /** Where it shall go. */
  readonly environment: string;
  readonly described: DescribedBundle;
  /** What people are asked. */
  readonly statement: string;
  /** Why an earlier approval is void, where there was one. */
  readonly voided: readonly string[];
}

/** CHECKPOINT: people approve that a version goes into an environment. Rejected or expired, the run ends here. */
export async function checkpoint<D extends Deployable>(
  run: Run,
  { deployable, environment: name, described, statement, voided }: Checkpoint<D>,
): Promise<Approved<D>> {
  const { bundle, digest, config, previous } = described;
  if (!config.environments[name]?.approval)
    throw new RunEnded('failed', `${name} or its approval is no longer configured`);
  run.found({ previousVersion: bundle.previousVersion ?? undefined });
  const approval = await askApproval(run, {
    gate: name,
    environment: name,
    config,
    statement,
    details: renderApproval({
      title: run.product,
      bundle,
      newMigrations: described.newMigrations,
      places: [...new Set([environmentFor(config, 'staging') ?? name, name])].map((place) => ({
        name: place,
        url: config.environments[place]?.url ?? '',
      })),
      notes: deployable.notes.slice(0, 20_000),
      concerns: run.concerns,
      checks: deployable.checks,
      void: voided,
    }),
    described: { digest, subject: subjectOf(bundle) },
    branch: deployable.branch,
    onExpiry: `the ${flowTitles[run.flow].toLowerCase()} is rejected`,
  });
  return { environment: name, deployable: { ...deployable, config }, approval, previous };
}

/** The bundle as it is now: branch, migrations and configuration are read afresh. */
export async function describe(
  run: Run,
  { version, branch, bump, changes }: Deployable,
  environment: string,
): Promise<DescribedBundle> {
  for (;;) {
    const described = await runUntilDone(
      run,
      'approval.bundle',
      (ref) =>
        quick.describeBundle(ref, {
          environment,
          version,
          branch,
          ...(bump === undefined ? {} : { bump }),
          changes,
          concerns: run.concerns,
        }),
      { consequence: `Nothing was put into ${environment}.` },
    );
    if (described.value) return described.value;
  }
}
