import { renderNotes } from '../../domain/blue-green/details.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { outcomeOf } from '../run/answered.ts';
import { quick } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import type { Green } from './green.ts';
import { versionOf } from './green.ts';

interface How {
  readonly outcome: string;
  readonly next: string;
  readonly closed: readonly number[];
}

/** The deployment notes: tests, review, fixes, problems and what became of them. */
export function notesOf(run: Run, green: Green, how: How): string {
  return renderNotes({
    ...how,
    product: run.product,
    version: versionOf(green),
    commit: green.commit,
    environment: green.name,
    blue: green.previous?.version,
    run: run.id,
    startedBy: run.startedBy,
    approvals: run
      .status()
      .decisions.filter(({ kind }) => kind === 'approve' || kind === 'reject')
      .map(
        ({ kind, by, at, gate, comment }) =>
          `${kind} of ${gate ?? ''} by ${by} at ${at}${comment ? `: ${comment}` : ''}`,
      ),
    measures: run.measures ?? {},
    tests: green.tests,
    fixes: green.fixes,
    issues: green.issues,
    review: green.review,
    rounds: run.step('review.verdict').attempts,
    cost: green.cost,
  });
}

export async function writeNotes(
  run: Run,
  green: Green,
  ref: StepRef,
  how: How,
  text = notesOf(run, green, how),
): Promise<EffectOutcome> {
  const written = outcomeOf(
    'writeDocument',
    await quick.writeDocument(ref, { name: 'deployment-notes', text }),
  );
  if (written.value) run.addLink({ title: 'Deployment notes', url: written.value.url });
  return written;
}
