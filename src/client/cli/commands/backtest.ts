import { LocalProblem } from '../../../workers/local/product.ts';
import { InvalidInput } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderBacktest, renderBacktestMarkdown } from '../render/backtest.ts';

interface BacktestOptions extends SharedOptions {
  readonly repository: string;
  readonly tagPrefix?: string;
  readonly all?: true;
  readonly markdown?: true;
}

/** `sluice backtest versions`: needs a repository and nothing else. */
export async function backtestVersions(
  io: Io,
  _args: string[],
  { repository, tagPrefix, all, markdown }: BacktestOptions,
): Promise<number> {
  if (io.json && markdown)
    throw new InvalidInput(['--json and --markdown are two ways to print the same: leave one of them out']);
  const { backtest } = await import('../../../workers/local/backtest.ts');
  let told = Date.now();
  const progress = (done: number, of: number): void => {
    if (!io.interactive || Date.now() - told < 2_000) return;
    told = Date.now();
    io.note(io.paint.faint(`${done} of ${of} releases`));
  };
  const found = await backtest({ repository, tagPrefix }, progress).catch((error: unknown) => {
    throw error instanceof LocalProblem ? new InvalidInput(error.problems) : error;
  });
  const { rows, ...told_ } = found;
  const document = all ? { ...told_, rows } : told_;
  // Without a terminal somebody keeps it: Markdown is read everywhere.
  const asText =
    markdown || !io.live
      ? renderBacktestMarkdown(found, all)
      : renderBacktest(found, all, io.width, io.paint);
  io.result(document, asText);
  return exitCodes.done;
}
