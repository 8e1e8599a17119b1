import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { renderPreview } from '../render/preview.ts';
import { withSluice } from '../session.ts';
import type { Sluice, Started } from '../../sluice.ts';
import { InvalidInput } from '../../errors.ts';
import {
  namedRequest,
  requestInWords,
  saidInWords,
  type Request,
  type StartOptions,
} from './start-request.ts';
import { exitCodeOf, resultLine } from './wait.ts';
import { watchRun } from './watch.ts';

/** `sluice start`: a flow by its name, or in words; shows what it would be, and asks before it starts (RW-1). The same for every flow. */
export async function start(io: Io, what: string[], options: StartOptions): Promise<number> {
  if (!options.preview && !options.yes && !io.interactive) {
    throw new InvalidInput([
      'nobody can be asked here: say --yes to start without asking, or --preview to only look; nothing was started',
    ]);
  }
  const named = saidInWords(what, options) ? undefined : await namedRequest(what[0], options);
  return withSluice(options, async (sluice) =>
    startRequest(io, sluice, named ?? (await requestInWords(io, sluice, what.join(' '), options)), options),
  );
}

async function startRequest(
  io: Io,
  sluice: Sluice,
  { flow, input }: Request,
  options: StartOptions,
): Promise<number> {
  const preview = await sluice.preview(flow, input);
  const text = renderPreview(preview, io.width, io.paint).join('\n');
  if (options.preview) {
    io.result(preview, text);
    return exitCodes.done;
  }
  if (!io.json) io.say(`${text}\n`);
  // Where something is missing nothing is started, so nobody is asked.
  if (preview.missing.length === 0 && !options.yes && !(await confirm(preview.question))) {
    io.note('Nothing was started.');
    return exitCodes.interrupted;
  }
  return afterStart(io, sluice, await sluice.start(flow, input, preview), options);
}

/** Says that it is under way, and stays with it where that is asked for. */
async function afterStart(
  io: Io,
  sluice: Sluice,
  started: Started,
  { wait, watch }: StartOptions,
): Promise<number> {
  if (!wait && !watch) {
    io.result(started, startedText(io, started));
    return exitCodes.done;
  }
  io.say(startedText(io, started));
  if (watch) return watchRun(io, sluice, started.run);
  const result = await sluice.wait(started.run);
  io.result(result, resultLine(result, io));
  return exitCodeOf(result);
}

function startedText({ paint }: Io, { run, alreadyRunning, url }: Started): string {
  return [
    alreadyRunning
      ? `${paint.attention('●')} ${run} is running already: this is that run`
      : `${paint.good('✔')} started ${paint.strong(run)}`,
    `  watch it:  ${paint.busy(`sluice watch ${run}`)}`,
    ...(url ? [`  look at it: ${url}`] : []),
  ].join('\n');
}
