import type { DescribedBundle } from '../../activities/gates/bundle.ts';
import { environmentFor } from '../../domain/environments/purpose.ts';
import { renderApproval } from '../../domain/gates/approval-details.ts';
import { untested } from '../../domain/environments/untested.ts';
import { subjectOf } from '../../domain/gates/bundle.ts';
import { renderNoted, renderTakenBack } from '../../domain/gates/taken-back-details.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import { flowTitles } from '../../domain/flows/registry.ts';
import { cutAtLine } from '../../domain/text/markdown.ts';
import type { Approved, Deployable } from '../environments/deployable.ts';
import { quick } from '../run/effects.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone } from '../run/steps.ts';
import { askApproval } from './approval.ts';

/** Characters of the notes that an approver is shown. */
const longestNotes = 20_000;
const leftOut = 'The rest is left out here: the notes are longer than an approval shows.';

export interface Checkpoint<D extends Deployable> {
  readonly deployable: D;
  /** Where it shall go. */
  readonly environment: string;
  readonly described: DescribedBundle;
  /** What people are asked. */
  readonly statement: string;
  /** Why an earlier approval is void, where there was one. */
  readonly voided: readonly string[];
  /** Markdown: the checklist of the process, where it has one. */
  readonly checklist?: string;
}

/** CHECKPOINT: people approve that a version goes into an environment. Rejected or expired, the run ends here. */
export async function checkpoint<D extends Deployable>(
  run: Run,
  { deployable, environment: name, described, statement, voided, checklist = '' }: Checkpoint<D>,
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
      title: productTitle(config),
      bundle,
      newMigrations: described.newMigrations,
      places: [...new Set([environmentFor(config, 'staging') ?? name, name])].map((place) => ({
        name: place,
        url: config.environments[place]?.url ?? '',
      })),
      notes: cutAtLine(described.notes ?? deployable.notes, longestNotes, whereAllNotesAre(deployable)),
      takenBack: described.past ? renderTakenBack(described.past, name) : '',
      noted: described.past ? renderNoted(described.past) : '',
      concerns: run.concerns,
      checks: deployable.checks,
      checklist,
      void: voided,
    }),
    described: { digest, subject: subjectOf(bundle) },
    branch: deployable.branch,
    onExpiry: `the ${flowTitles[run.flow].toLowerCase()} is rejected`,
  });
  return { environment: name, deployable: { ...deployable, config }, approval, previous };
}

const whereAllNotesAre = ({ notesFile, branch }: Deployable) =>
  notesFile === undefined ? leftOut : `${leftOut} All of them: \`${notesFile}\` on \`${branch}\`.`;

/** The bundle as it is now: branch, migrations and configuration are read afresh. */
export async function describe(
  run: Run,
  { config, version, branch, bump, changes, since, hasNotes }: Deployable,
  environment: string,
): Promise<DescribedBundle> {
  const unproved = untested(config, environment);
  if (unproved !== undefined) run.concern(unproved);
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
          ...(since === undefined ? {} : { since }),
          ...(hasNotes === undefined ? {} : { hasNotes }),
          concerns: run.concerns,
        }),
      { consequence: `Nothing was put into ${environment}.` },
    );
    if (described.value) return described.value;
  }
}
