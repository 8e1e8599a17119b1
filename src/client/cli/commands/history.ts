import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../program.ts';
import { renderHistory, renderHistoryMarkdown } from '../render/history.ts';
import { withSluice } from '../session.ts';

interface HistoryOptions extends SharedOptions {
  readonly product?: string;
  readonly environment?: string;
  readonly limit: number;
  readonly format: 'table' | 'markdown' | 'json';
}

/** `sluice history`: the deployment history; kept past Temporal's retention. */
export async function history(io: Io, _args: string[], options: HistoryOptions): Promise<number> {
  const { product, environment, limit, format } = options;
  const rows = await withSluice(options, (sluice) =>
    sluice.history({ limit, ...(product ? { product } : {}), ...(environment ? { environment } : {}) }),
  );
  const text = {
    table: () => (rows.length === 0 ? 'Nothing was deployed yet.' : renderHistory(rows, io.width, io.paint)),
    markdown: () => renderHistoryMarkdown(rows),
    json: () => JSON.stringify(rows, null, 2),
  }[format]();
  io.result(rows, text);
  return exitCodes.done;
}
