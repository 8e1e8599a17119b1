import type { Problem } from '../../domain/agents/problem.ts';
import { renderStuck } from '../../domain/agents/stuck.ts';
import { capitalized } from '../../domain/text/capitalized.ts';
import { passGate } from '../gates/gates.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';

/** Where it is that nobody gets any further. */
export interface StuckAt {
  /** As people call it: `green`. */
  readonly place: string;
  /** What whoever decides has to know beside the problem. */
  readonly hint: string;
}

/** The work of agents ends in a question, never in a spin: this returns where a person says to try again. */
export async function askWhatNow(
  run: Run,
  problem: Problem,
  { place, hint }: StuckAt,
  reason: string,
  tried: readonly { readonly attempt: number; readonly summary: string }[],
): Promise<void> {
  const end = await passGate(run, {
    id: 'fix-loop',
    kind: 'question',
    statement: `${capitalized(place)} does not get any further (${problem.step}): ${reason}`,
    details: renderStuck(
      problem,
      reason,
      tried.map(({ attempt, summary }) => `${attempt}: ${summary}`),
      hint,
    ),
    choices: [
      { id: 'retry', title: 'try again, with a fresh budget' },
      { id: 'return-to-development', title: 'return it to development' },
      { id: 'abort', title: 'give it up' },
    ],
  });
  if (end.action === 'decided' && end.choice === 'retry') return;
  const why = `${place} won't stabilise: ${problem.step}: ${problem.summary.slice(0, 300)} (${end.reason})`;
  throw new RunEnded(
    end.action === 'decided' && end.choice === 'return-to-development'
      ? 'returned-to-development'
      : 'aborted',
    why,
  );
}
