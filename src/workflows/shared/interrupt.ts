import { condition } from '@temporalio/workflow';
import type { Outcome } from '../../domain/status.ts';
import type { Run } from './run.ts';

/** Somebody aborted the run or asked for a rollback; carries who, thrown where the main loop stands. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly control: 'abort' | 'rollback';
  readonly by: string;
  constructor(request: { control: 'abort' | 'rollback'; by: string; comment?: string }) {
    super(`${request.control} by ${request.by}${request.comment ? `: ${request.comment}` : ''}`);
    this.control = request.control;
    this.by = request.by;
  }
}

/** The run ends here, with this outcome; the flow's frame does what is left to do. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';
  readonly outcome: Outcome;
  constructor(outcome: Outcome, reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}

/** Holds while the run is paused; throws `Interrupted` when somebody wants it stopped. */
export async function ready(run: Run): Promise<void> {
  stopIfInterrupted(run);
  if (!run.paused) return;
  run.publish();
  run.label();
  await condition(() => run.paused === undefined || run.interrupted !== undefined);
  run.label();
  stopIfInterrupted(run);
}

export function stopIfInterrupted(run: Run): void {
  if (run.interrupted) throw new Interrupted(run.interrupted);
}
