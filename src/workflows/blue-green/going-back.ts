import { blueGreenFlow } from '../../domain/blue-green/flow.ts';
import { ActivityFailure } from '@temporalio/workflow';
import { planStopGreen } from '../../domain/blue-green/plan.ts';
import type { Outcome } from '../../domain/run/status.ts';
import { effects, quick, stepRef } from '../run/effects.ts';
import { targetOf } from '../environments/deployment.ts';
import { flush } from '../run/flush.ts';
import { Interrupted, RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone, runStep } from '../run/steps.ts';
import type { Green } from './green.ts';
import { blueOf, deploymentOf, versionOf } from './green.ts';
import { measure } from './measures.ts';
import { notesOf, writeNotes } from './notes.ts';

/** The run's end does not wait longer than this (ms) for a code host. */
const givesUpAfter = 60 * 60_000;

/**
 * The rollback procedure before a promotion (BG-9), whatever ends the work: blue never stopped, green is stopped, the reason is written
 * down, and the next step named.
 */
export async function besideBlue<T>(run: Run, green: Green, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Once it may have taken traffic, the rollback has already been carried out.
    if (green.promoting || !green.placed || !isEnd(error)) throw error;
    const outcome = outcomeOf(run, error);
    const reason = `${error.message}${green.migrated ? '; the database keeps its new migrations' : ''}`;
    const next = nextStep(run, green, outcome);
    await stopGreen(run, green, outcome, reason, next);
    throw new RunEnded(
      outcome,
      `${reason}; green was stopped, blue is untouched: ${green.name} serves ${blueOf(green)}. Next: ${next}`,
    );
  } finally {
    await quick.removeCheckouts(stepRef(run, 'checkouts.remove')).catch(() => undefined);
  }
}

/** A defect is no end of a run. */
function isEnd(error: unknown): error is RunEnded | Interrupted | ActivityFailure {
  return error instanceof RunEnded || error instanceof Interrupted || error instanceof ActivityFailure;
}

function outcomeOf(run: Run, error: unknown): Outcome {
  if (error instanceof RunEnded) return error.outcome;
  if (error instanceof Interrupted)
    return run.interrupted?.control === 'rollback' ? 'rolled-back' : 'aborted';
  return 'failed';
}

function nextStep(run: Run, green: Green, outcome: Outcome): string {
  const where = green.fixes.length > 0 ? ` The fixes so far are on ${green.branch}.` : '';
  const again = `sluice start blue-green --product ${run.product} --ref ${green.fixes.length > 0 ? green.branch : green.ref}`;
  if (outcome === 'returned-to-development')
    return `return to development with the findings, then start again with the new commit.${where}`;
  return `for minor fixes retry with ${again}; for major issues return to development.${where}`;
}

/** BG-6: development gets it as a task, with all that was learnt. */
async function handToDevelopment(run: Run, green: Green, body: string): Promise<void> {
  const opened = await runUntilDone(
    run,
    'rollback.issue',
    (ref) =>
      quick.openIssue(ref, {
        severity: 'high',
        title: `${run.product} v${versionOf(green)} was returned to development`,
        body,
      }),
    { consequence: 'The task for development could not be opened.', uninterruptible: true, givesUpAfter },
  );
  if (!opened.ok) run.concern(`the task for development was not opened: ${opened.summary}`);
  const url = opened.value?.url;
  if (url) run.addLink({ title: 'Task for development', url });
}

async function stopGreen(
  run: Run,
  green: Green,
  outcome: Outcome,
  reason: string,
  next: string,
): Promise<void> {
  const uninterruptible = { uninterruptible: true };
  const { previous } = green;
  const target = targetOf(deploymentOf(run, green));
  run.goesBack(`stopping green: ${reason}`);
  run.closeSteps(reason);
  run.plan(planStopGreen(outcome === 'returned-to-development'));
  run.write('rollback', `green is stopped: ${reason}`, { outcome, next, commit: green.commit });
  await runUntilDone(run, 'rollback.stop-green', (ref) => effects.retire(ref, { target }), {
    consequence: 'Blue serves as before. Green may still run beside it, without traffic.',
    ...uninterruptible,
  });
  if (previous) {
    const blue = await runStep(
      run,
      'rollback.blue',
      (ref) =>
        effects.verifyHealth(ref, {
          target: { ...target, ...previous, previousVersion: undefined },
          at: 'public',
        }),
      uninterruptible,
    );
    if (!blue.ok) run.concern(`blue is not well: ${blue.summary}`);
  } else run.end('rollback.blue', 'skipped', 'there was no blue');
  measure(run, green);
  const how = { outcome: `${outcome}: ${reason}`, next, closed: [] };
  await runStep(run, 'rollback.notes', (ref) => writeNotes(run, green, ref, how), uninterruptible);
  if (outcome === 'returned-to-development') await handToDevelopment(run, green, notesOf(run, green, how));
  await flush(run, {
    key: `${run.id}/${outcome}/${run.startedAt}`,
    run: run.id,
    product: run.product,
    environment: green.name,
    at: new Date().toISOString(),
    version: versionOf(green),
    type: blueGreenFlow.historyType,
    status: 'Not promoted',
    rollback: 'N/A',
    notes: reason.slice(0, 500),
  });
}
