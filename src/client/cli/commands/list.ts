import type { RunSummary } from '../../../control/runs.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderRuns } from '../render/runs.ts';
import { withSluice } from '../session.ts';

interface ListOptions extends SharedOptions {
  readonly product?: string;
  readonly open?: true;
  readonly limit: number;
}

/** `sluice list`: runs, newest first. */
export async function list(io: Io, _args: string[], options: ListOptions): Promise<number> {
  const { product, open, limit } = options;
  const runs: readonly RunSummary[] = await withSluice(options, (sluice) =>
    sluice.list({ limit, ...(product ? { product } : {}), ...(open ? { open } : {}) }),
  );
  const none =
    product || open
      ? 'No runs like that.'
      : `No runs yet. Start one with: sluice start "Ship PRODUCT to production"`;
  io.result(runs, runs.length === 0 ? none : renderRuns(runs, Date.now(), io.width, io.paint));
  return exitCodes.done;
}
