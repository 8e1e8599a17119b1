import type { Run } from '../run/run.ts';
import { orCancelled } from '../run/steps.ts';
import type { GateEnd } from './gates.ts';

/**
 * A step that is people's: it waits at a gate, and ends as they decide there. A run that is stopped meanwhile cancels it.
 * @param open opens the gate and waits for it
 * @param isDone whether the step succeeded with this end; otherwise it failed
 */
export async function decidedByPeople(
  run: Run,
  step: string,
  open: () => Promise<GateEnd>,
  isDone: (end: GateEnd) => boolean,
): Promise<GateEnd> {
  run.begin(step);
  run.awaitsPeople(step);
  const end = await orCancelled(run, step, open);
  run.end(step, isDone(end) ? 'succeeded' : 'failed', end.reason);
  return end;
}
