import type { RunResult } from '../../../domain/run/status.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { oneLine } from '../render/text.ts';
import { withSluice } from '../session.ts';

/** `sluice wait <run>`: blocks until the run has ended; its outcome is the exit code. */
export async function wait(
  io: Io,
  [run = '']: string[],
  options: SharedOptions & { readonly timeout?: number },
): Promise<number> {
  const result = await withSluice(options, (sluice) =>
    sluice.wait(run, options.timeout === undefined ? {} : { timeout: options.timeout }),
  );
  io.result(result, resultLine(result, io));
  return exitCodeOf(result);
}

/** How it ended, and what is in its way. */
export function resultLine({ run, outcome, reason, blockers = [] }: RunResult, { paint }: Io): string {
  const good = outcome === 'succeeded';
  return [
    `${good ? paint.good('✔') : paint.bad('✖')} ${run} ${(good ? paint.good : paint.bad)(outcome)}: ${oneLine(reason)}`,
    ...blockers.map((blocker) => `  - ${oneLine(blocker)}`),
  ].join('\n');
}

export function exitCodeOf({ outcome }: Pick<RunResult, 'outcome'>): number {
  return outcome === 'succeeded' ? exitCodes.done : exitCodes.notSucceeded;
}
