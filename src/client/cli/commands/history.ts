import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DeploymentHistoryRow, LedgerLine } from '../../../domain/records/records.ts';
import { NoConnection } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderHistory, renderHistoryMarkdown } from '../render/history.ts';
import { withSluice } from '../session.ts';

interface HistoryOptions extends SharedOptions {
  readonly product?: string;
  readonly environment?: string;
  readonly limit: number;
  readonly format: 'table' | 'markdown' | 'json';
}

interface DeploymentFilter {
  readonly product?: string;
  readonly environment?: string;
  readonly limit: number;
}

/** Asked of a server that was named: the ledger of this directory may be another one's. */
export function isElsewhere({ address, profile }: SharedOptions): boolean {
  return (
    (address ?? profile ?? process.env['TEMPORAL_ADDRESS'] ?? process.env['TEMPORAL_PROFILE']) !== undefined
  );
}

/** Of a `sluice up` in this directory or one above it. */
export function findLedger(from: string): string | undefined {
  const file = join(from, '.sluice', 'ledger.db');
  if (existsSync(file)) return file;
  return dirname(from) === from ? undefined : findLedger(dirname(from));
}

/** Opens the ledger, reads, and closes it, however the reading ended. */
export async function readLedger<T>(
  file: string,
  read: (ledger: {
    entries(run: string): Promise<readonly LedgerLine[]>;
    deployments(filter: DeploymentFilter): Promise<readonly DeploymentHistoryRow[]>;
  }) => Promise<T>,
): Promise<T> {
  const { openSqliteLedger } = await import('../../../adapters/ledger-sqlite/sqlite-ledger.ts');
  const ledger = openSqliteLedger(file);
  try {
    return await read(ledger);
  } finally {
    ledger.close();
  }
}

/** `sluice history`: the deployment history; kept past Temporal's retention. */
export async function history(io: Io, _args: string[], options: HistoryOptions): Promise<number> {
  const { product, environment, limit, format } = options;
  const filter = { limit, ...(product ? { product } : {}), ...(environment ? { environment } : {}) };
  const rows = await withSluice(options, (sluice) => sluice.history(filter)).catch(async (error: unknown) => {
    const local =
      isElsewhere(options) || !(error instanceof NoConnection) ? undefined : findLedger(process.cwd());
    if (local === undefined) throw error;
    io.note(`No server runs here; this is what ${local} says.`);
    return readLedger(local, (ledger) => ledger.deployments(filter));
  });
  const text = {
    table: () => (rows.length === 0 ? 'Nothing was deployed yet.' : renderHistory(rows, io.width, io.paint)),
    markdown: () => renderHistoryMarkdown(rows),
    json: () => JSON.stringify(rows, null, 2),
  }[format]();
  io.result(rows, text);
  return exitCodes.done;
}
