import type { LedgerLine } from '../../domain/records/records.ts';
import { idsMeantBy } from '../../domain/flows/run-names.ts';
import { UnknownRun } from '../errors.ts';
import type { Records } from '../report/gather.ts';
import { gather, gatherFromRecords } from '../report/gather.ts';
import type { Sluice } from '../sluice.ts';
import { lastRunOf, WorkerLogs } from './worker-logs.ts';

/** A data directory of this host, and its ledger where it has one. */
export interface DataDirectory {
  readonly path: string;
  readonly records?: Records;
}

/**
 * A run by its name, as the server knows it; one that it has forgotten is looked for on this host.
 * @throws UnknownRun
 */
export async function locateRun(
  sluice: Sluice,
  name: string,
  here: DataDirectory | undefined,
): Promise<string> {
  try {
    return await sluice.resolve(name);
  } catch (error) {
    if (!(error instanceof UnknownRun)) throw error;
    return (here && (await locateHere(here, name))) ?? (await gather(sluice, name)).run;
  }
}

/** The same by the files of this host alone; undefined where they don't know it. */
export async function locateHere(here: DataDirectory, name: string): Promise<string | undefined> {
  const wanted = name.trim().replace(/^\/+|\/+$/g, '');
  for (const run of [wanted, ...idsMeantBy(wanted)])
    if ((await recordHere(here, run)).length > 0 || (await isLogged(here, run))) return run;
  const last = await lastRunOf(here.path, wanted);
  return last ?? (here.records && (await gatherFromRecords(here.records, wanted))?.run);
}

async function recordHere({ records }: DataDirectory, run: string): Promise<readonly LedgerLine[]> {
  return records ? records.entries(run) : [];
}

async function isLogged({ path }: DataDirectory, run: string): Promise<boolean> {
  return (await new WorkerLogs(path, run).next()).length > 0;
}
