import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { renderPreview } from '../render/preview.ts';
import { oneLine } from '../render/text.ts';
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
  // What is asked for is not under way: nobody shall wait for something else in its place.
  if (isOther(started)) {
    io.result(started, startedText(io, started));
    return exitCodes.refused;
  }
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

/** So many of the changes that it lacks are named. */
const named = 10;

/** Whether the run that is going on is of something else than what was asked for. */
const isOther = ({ beside, preview }: Started): boolean =>
  beside !== undefined &&
  (beside.lacking > 0 || (beside.version !== undefined && beside.version !== preview.version));

function startedText({ paint }: Io, started: Started): string {
  const { run, alreadyRunning, url } = started;
  return [
    alreadyRunning
      ? `${paint.attention('●')} ${run} is running already: this is that run`
      : `${paint.good('✔')} started ${paint.strong(run)}`,
    ...besideText(started).map((line) => `  ${line}`),
    `  watch it:  ${paint.busy(`sluice watch ${run}`)}`,
    ...(url ? [`  look at it: ${url}`] : []),
  ].join('\n');
}

/** What the run that is going on holds, and what it lacks of what was asked for. */
function besideText({ beside, preview }: Started): string[] {
  if (!beside) return [];
  const of = [
    ...(beside.version === undefined ? [] : [`v${beside.version}`]),
    ...(beside.commit === undefined ? [] : [`commit ${beside.commit.slice(0, 10)}`]),
  ].join(', ');
  const holds = of === '' ? 'it has not said yet what it is made from' : `it is made from ${of}`;
  if (beside.version !== undefined && beside.version !== preview.version && preview.version !== undefined)
    return [`${holds}, and not of v${preview.version}`, 'start again when it has ended'];
  if (beside.lacking === 0) return [holds];
  const more = beside.lacking - Math.min(named, beside.lacks.length);
  return [
    `${holds}; it lacks ${beside.lacking === 1 ? 'a change' : `${beside.lacking} changes`} that main has by now:`,
    ...beside.lacks.slice(0, named).map((header) => `  - ${oneLine(header)}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    'start again when it has ended',
  ];
}
