import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import type { ReleaseInput } from '../../../domain/release/input.ts';
import { didYouMean, nearest } from '../../../domain/text/nearest.ts';
import { understand } from '../../../domain/requests/words.ts';
import { InvalidInput } from '../../errors.ts';
import type { Sluice } from '../../sluice.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import { renderPreview } from '../render/preview.ts';
import { withSluice } from '../session.ts';
import type { StartOptions } from './started.ts';
import { afterStart } from './started.ts';

/** As people call the flows that are started so. */
const startable = ['release', 'rollout', 'blue-green'] as const;

/** `sluice start`: in words or by name; shows what it would be, and asks before it starts (RW-1). */
export async function start(io: Io, what: string[], options: StartOptions): Promise<number> {
  if (!options.preview && !options.yes && !io.interactive) {
    throw new InvalidInput([
      'nobody can be asked here: say --yes to start without asking, or --preview to only look; nothing was started',
    ]);
  }
  if (what.length === 1 && what[0] === 'rollback')
    throw new InvalidInput(['a rollback outside any run is started with sluice rollback --product NAME']);
  if (what.length === 1 && (what[0] === 'blue-green' || what[0] === 'blueGreen'))
    return (await import('./start-blue-green.ts')).startBlueGreen(io, options);
  if (what.length === 1 && what[0] === 'rollout')
    return (await import('./start-rollout.ts')).startRollout(io, options);
  const named = await namedInput(what, options);
  return withSluice(options, async (sluice) => {
    const input = { ...(named ?? (await wordsInput(io, sluice, what.join(' ')))), by: whoAmI(options.by) };
    const preview = await sluice.preview('release', input);
    if (options.preview) {
      io.result(preview, renderPreview(preview, io.width, io.paint).join('\n'));
      return exitCodes.done;
    }
    if (!io.json) io.say([...renderPreview(preview, io.width, io.paint), ''].join('\n'));
    if (!options.yes && !(await confirm(preview.question))) {
      io.note('Nothing was started.');
      return exitCodes.interrupted;
    }
    const started = await sluice.start('release', input, preview);
    return afterStart(io, sluice, started, options);
  });
}

/** The input by flags, or nothing where it was said in words. */
async function namedInput(what: readonly string[], options: StartOptions): Promise<ReleaseInput | undefined> {
  const flags = pick(options);
  const [flow] = what;
  if (what.length > 1 || (flow !== undefined && /\s/.test(flow.trim()))) {
    if (Object.keys(flags).length > 0 || options.input)
      throw new InvalidInput([
        `say it in words or by flags, not both; by flags: sluice start release --product …`,
      ]);
    return undefined;
  }
  if (flow === undefined)
    throw new InvalidInput([
      'say what to start: sluice start "Ship PRODUCT to production", or sluice start release --product PRODUCT',
    ]);
  if (flow !== 'release') {
    const near = didYouMean(nearest(flow, startable));
    throw new InvalidInput([`"${flow}" is no flow${near || `; there is ${startable.join(', ')}`}`]);
  }
  const input = { ...(options.input ? await readInput(options.input) : {}), ...flags };
  if (!('product' in input)) throw new InvalidInput(['say which product: --product NAME']);
  return input as ReleaseInput;
}

/** What `--input` has may be anything: `preview` checks it, all problems at once. */
async function readInput(source: string): Promise<object> {
  const text =
    source === '-'
      ? await readStream(process.stdin)
      : source.trimStart().startsWith('{')
        ? source
        : await readFile(source, 'utf8').catch(cannotRead);
  const where = source === '-' ? 'stdin' : text === source ? '--input' : source;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidInput([
      `${where} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidInput([`${where} must be one JSON object, such as {"product":"shop"}`]);
  return value;
}

function cannotRead(error: NodeJS.ErrnoException): never {
  throw new InvalidInput([
    `--input ${error.path ?? ''} can't be read (${error.code ?? error.message}): give a file, JSON, or - for stdin`,
  ]);
}

function pick({ product, bump, version, preid }: StartOptions): Partial<ReleaseInput> {
  return {
    ...(product ? { product } : {}),
    ...(bump ? { bump } : {}),
    ...(version ? { version } : {}),
    ...(preid ? { preid } : {}),
  };
}

async function wordsInput(io: Io, sluice: Sluice, words: string): Promise<ReleaseInput> {
  const products = await sluice.products();
  const understanding = understand(
    words,
    products.map(({ product }) => product),
  );
  if (understanding.kind === 'not-understood') {
    const { why, suggestions } = understanding;
    const hint =
      suggestions.length > 0
        ? ` For example: ${suggestions.map((text) => `sluice start "${text}"`).join(', ')}`
        : '';
    throw new InvalidInput([`not understood: ${why}${/[.?]$/.test(why) ? '' : '.'}${hint}`]);
  }
  io.note(`${io.paint.faint('Understood:')} ${understanding.said}\n`);
  return understanding.input;
}
