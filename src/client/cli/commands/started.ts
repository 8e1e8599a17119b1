import type { ReleaseInput } from '../../../domain/release/input.ts';
import type { Sluice, Started } from '../../sluice.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { exitCodeOf, resultLine } from './wait.ts';
import { watchRun } from './watch.ts';

export interface StartOptions extends SharedOptions {
  readonly product?: string;
  readonly bump?: NonNullable<ReleaseInput['bump']>;
  readonly version?: string;
  readonly preid?: string;
  /** Of `blue-green`. */
  readonly ref?: string;
  readonly input?: string;
  readonly by?: string;
  readonly preview?: true;
  readonly yes?: true;
  readonly wait?: true;
  readonly watch?: true;
}

/** What `start` does with a run that is under way: says so, and stays with it where that is asked for. */
export async function afterStart(
  io: Io,
  sluice: Sluice,
  started: Omit<Started, 'preview'>,
  options: StartOptions,
): Promise<number> {
  if (!options.wait && !options.watch) {
    io.result(started, startedText(io, started));
    return exitCodes.done;
  }
  io.say(startedText(io, started));
  if (options.watch) return watchRun(io, sluice, started.run);
  const result = await sluice.wait(started.run);
  io.result(result, resultLine(result, io));
  return exitCodeOf(result);
}

function startedText(io: Io, { run, alreadyRunning, url }: Omit<Started, 'preview'>): string {
  const lines = [
    alreadyRunning
      ? `${io.paint.attention('●')} ${run} is running already: this is that run`
      : `${io.paint.good('✔')} started ${io.paint.strong(run)}`,
    `  watch it:  ${io.paint.busy(`sluice watch ${run}`)}`,
    ...(url ? [`  look at it: ${url}`] : []),
  ];
  return lines.join('\n');
}
