import { inBatches } from '../../domain/records/batches.ts';
import type { DeploymentHistoryRow } from '../../domain/records/records.ts';
import { lasting } from './effects.ts';
import type { Run } from './run.ts';

/** Writes what has come together since the last time into the ledger. */
export async function flush(run: Run, deployment?: DeploymentHistoryRow): Promise<void> {
  const parts = inBatches(run.record.takeLines());
  for (const lines of parts.slice(0, -1)) await lasting.record(lines);
  const last = parts.at(-1);
  if (last || deployment) await lasting.record(last ?? [], deployment);
}

/** Writes it while the run goes on: nothing that hurts users waits for the record. The run does not end before it is written. */
export function flushBeside(run: Run): void {
  run.background.add(flush(run));
}
