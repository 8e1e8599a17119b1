import { capitalized } from '../../domain/text/capitalized.ts';
import { passGate } from '../gates/gates.ts';
import { notify } from '../run/notify.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';

export type WayBackEffect = Parameters<typeof runStep>[2];

/**
 * A step of the way back, until it is done: a failure is told loudly and is a question, whose answers are to try again or to give up.
 * @returns whether it is done; otherwise people took over
 */
export async function untilDoneOrGivenUp(run: Run, id: string, effect: WayBackEffect): Promise<boolean> {
  for (;;) {
    const outcome = await runStep(run, id, effect, { uninterruptible: true });
    if (outcome.ok) return true;
    notify(
      run,
      'rollback-failed',
      `The rollback of ${run.product} failed at "${run.step(id).title}"`,
      outcome.summary,
    );
    if (!(await tryAgain(run, id, outcome.summary))) return false;
  }
}

async function tryAgain(run: Run, id: string, why: string): Promise<boolean> {
  const end = await passGate(run, {
    id: `failed:${id}`,
    kind: 'question',
    statement: `The rollback failed at "${run.step(id).title}": ${why}`,
    details: `${capitalized(run.environment ?? 'the environment')} may be without a healthy version. Mend what is in the way, then retry; or give up, which ends the run as rollback-failed.`,
    choices: [
      { id: 'retry', title: 'try again' },
      { id: 'give-up', title: 'give up: I take over by hand' },
    ],
    uninterruptible: true,
  });
  return end.action === 'decided' && end.choice === 'retry';
}
