import { log, workflowInfo } from '@temporalio/workflow';
import type { LedgerLine } from '../../domain/records/records.ts';
import { logLineOf } from '../../domain/run/log-line.ts';
import type { StepStatus } from '../../domain/run/status.ts';

/** What a run says is logged once, whatever is replayed, and is no event of its history. */

/** Whatever is written into the record: begin and end of the run, ends of steps, decisions, refusals, … */
export function logRecorded(line: LedgerLine): void {
  const { level, message, fields } = logLineOf(line);
  log[level](message, { ...labelled(), ...fields });
}

/** @param attempt how often it was begun by now */
export function logBegun({ id, title, phase }: StepStatus, product: string, attempt: number): void {
  log.info(`${title}: begins`, { ...labelled(), product, kind: 'begins', step: id, phase, attempt });
}

/** Where the run is, as it is labelled for lists. */
function labelled(): { readonly environment?: unknown } {
  const environment = workflowInfo()
    .typedSearchAttributes.getAll()
    .find(({ key }) => key.name === 'SluiceEnvironment')?.value;
  return environment === undefined ? {} : { environment };
}
