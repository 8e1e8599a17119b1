import { condition } from '@temporalio/workflow';
import type { RollbackCause } from '../../domain/rollback/cause.ts';
import type { Interruption } from '../../domain/run/interruption.ts';
import type { Severity } from '../../domain/run/messages.ts';
import type { Outcome } from '../../domain/run/status.ts';
import type { Run } from './run.ts';

/** Somebody aborted the run or asked for a rollback; thrown where the main loop stands. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly severity: Severity | undefined;
  readonly why: RollbackCause | undefined;
  constructor(request: Interruption) {
    super(request.reason);
    this.severity = request.severity;
    this.why = request.cause;
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
export async function waitWhilePaused(run: Run): Promise<void> {
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
