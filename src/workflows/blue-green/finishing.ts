import { patched } from '@temporalio/workflow';
import { capitalized } from '../../domain/text/capitalized.ts';
import { targetOf } from '../environments/deployment.ts';
import { effects, quick } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone } from '../run/steps.ts';
import type { Green } from './green.ts';
import { deploymentOf, versionOf } from './green.ts';
import { measure } from './measures.ts';
import { notesOf, writeNotes } from './notes.ts';

const consequence =
  'Green has taken over; only this part is left. `retry` finishes it, nothing is started again.';

/** Each of its own, and each retryable alone (BG-7). */
export async function removeBlue(run: Run, green: Green): Promise<void> {
  const { previous } = green;
  run.enters('finalizing');
  const request = { target: targetOf(deploymentOf(run, green)) };
  if (!previous) {
    for (const id of ['blue.drain', 'blue.stop']) run.end(id, 'skipped', 'there was no blue');
    return;
  }
  await runUntilDone(run, 'blue.drain', (ref) => effects.shift(ref, { ...request, weight: 100 }), {
    consequence,
  });
  await runUntilDone(run, 'blue.stop', (ref) => effects.retire(ref, request), { consequence });
}

/** BG-8: main has what serves, issues are closed, and what happened is written down. */
export async function writeDown(run: Run, green: Green): Promise<void> {
  const { commit, branch, fixes, base, ref: from } = green;
  const version = versionOf(green);
  const merged = await runUntilDone(
    run,
    'docs.merge',
    (ref) =>
      quick.mergeGreen(ref, {
        environment: green.name,
        version,
        branch: fixes.length > 0 ? branch : from,
        commit,
        since: base,
      }),
    {
      consequence,
      look: (ref) => quick.lookAtRelease(ref, { part: 'merge', released: { version, branch, commit } }),
    },
  );
  if (fixes.length > 0 && !merged.ok)
    run.end('docs.branch', 'skipped', `kept ${branch}: main does not hold it`);
  else if (fixes.length > 0)
    await runUntilDone(
      run,
      'docs.branch',
      (ref) => quick.deleteReleaseBranch(ref, { version, branch, commit }),
      {
        consequence,
      },
    );
  else run.end('docs.branch', 'skipped', 'there were no fixes');
  measure(run, green);
  const how = {
    outcome: `promoted; ${run.step('green.watch').summary ?? ''}`,
    next: '',
    closed: merged.value?.issues ?? [],
  };
  const notes = notesOf(run, green, how);
  await runUntilDone(run, 'docs.notes', (ref) => writeNotes(run, green, ref, how, notes), { consequence });
  if (!merged.ok) run.end('docs.commit', 'skipped', 'main does not hold what serves');
  else if (patched('deployment-notes-are-committed'))
    await runUntilDone(
      run,
      'docs.commit',
      (ref) => quick.commitNotes(ref, { environment: green.name, version, commit, notes }),
      { consequence },
    );
  else run.end('docs.commit', 'skipped', 'the run was begun before 0.4');
  run.addLink({ title: capitalized(green.name), url: green.environment.url });
}
