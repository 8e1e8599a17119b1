import type { DeploymentHistoryRow, LedgerLine } from '../../domain/records/records.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { NoWorker, UnknownRun } from '../errors.ts';
import { idsMeantBy } from '../../domain/flows/run-names.ts';
import type { Sluice } from '../sluice.ts';

/** All that is known about a run. */
export interface RunRecord {
  readonly run: string;
  /** Oldest first. */
  readonly lines: readonly LedgerLine[];
  /** Absent where Temporal has forgotten the run. */
  readonly status?: RunStatus;
}

/** The permanent record, whoever holds it. */
export interface Records {
  entries(run: string): Promise<readonly LedgerLine[]>;
  /** Newest first. */
  deployments(filter: {
    readonly product: string;
    readonly limit: number;
  }): Promise<readonly DeploymentHistoryRow[]>;
}

/**
 * A run by its name, with its record. One that Temporal has forgotten is found in the ledger.
 * @throws UnknownRun with the nearest ones; NoWorker
 */
export async function gather(sluice: Sluice, name: string): Promise<RunRecord> {
  try {
    const status = await sluice.status(name);
    return { run: status.run, status, lines: await sluice.account(status.run) };
  } catch (error) {
    if (!(error instanceof UnknownRun)) throw error;
    const records: Records = {
      entries: (run) => sluice.account(run),
      deployments: (filter) => sluice.history(filter),
    };
    const remembered = await gatherFromRecords(records, name).catch((failure: unknown) => {
      // Without a worker nobody can look into the ledger: what Temporal says is all that there is.
      if (failure instanceof NoWorker) return undefined;
      throw failure;
    });
    if (!remembered) throw error;
    return remembered;
  }
}

/** The same from the ledger alone; undefined where it has no such run. */
export async function gatherFromRecords(records: Records, name: string): Promise<RunRecord | undefined> {
  const wanted = name.trim().replace(/^\/+|\/+$/g, '');
  for (const run of [wanted, ...idsMeantBy(wanted)]) {
    const lines = await records.entries(run);
    if (lines.length > 0) return { run, lines };
  }
  // A product's name means its newest deployment.
  const [newest] = await records.deployments({ product: wanted, limit: 1 });
  return newest ? { run: newest.run, lines: await records.entries(newest.run) } : undefined;
}
