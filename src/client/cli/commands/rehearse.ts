import { readFile, stat } from 'node:fs/promises';
import type { CatalogEntry } from '../../../activities/ports/index.ts';
import { scenarioProblems } from '../../../domain/rehearsal/check-scenario.ts';
import { flowNamed } from '../../../domain/flows/registry.ts';
import { rehearsedWords } from '../../../domain/rehearsal/flows.ts';
import { parseFault, parseScenario, plainScenario } from '../../../domain/rehearsal/parse-scenario.ts';
import type { Scenario } from '../../../domain/rehearsal/scenario-schema.ts';
import type { Outcome } from '../../../domain/run/status.ts';
import { parseDuration } from '../../../domain/text/time.ts';
import { InvalidInput } from '../../errors.ts';
import { loadConfigFiles } from '../config-files.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderRehearsal } from '../render/rehearsal.ts';
import { renderRehearsalMarkdown } from '../render/rehearsal-markdown.ts';

interface RehearseOptions extends SharedOptions {
  readonly config: string;
  readonly product?: string;
  readonly scenario?: string;
  readonly fault: readonly string[];
  readonly approveAfter?: string;
  readonly expect?: Outcome;
  readonly markdown?: true;
}

/** `sluice rehearse <flow>`: what would happen, days of it in seconds. */
export async function rehearse(io: Io, [word]: string[], options: RehearseOptions): Promise<number> {
  if (io.json && options.markdown)
    throw problems(['--json and --markdown are two ways to print the same: leave one of them out']);
  const wanted = flowNamed(word ?? '');
  if (wanted === undefined) throw problems([`say which flow: ${rehearsedWords.join(', ')}`]);
  const [entry, scenario] = await Promise.all([findProduct(options), readScenario(options)]);
  const impossible = scenarioProblems(scenario, entry.config, wanted);
  if (impossible.length > 0) throw problems(impossible);
  const run = await import('../../../workers/rehearsal/rehearse.ts');
  const stop = new AbortController();
  const onSignal = (): void => {
    stop.abort(new Error('interrupted'));
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const rehearsed = await run.rehearse({
      flow: wanted,
      entry,
      scenario,
      onProgress: (line) => {
        io.note(io.paint.faint(line));
      },
      signal: stop.signal,
    });
    io.result(
      rehearsed,
      options.markdown ? renderRehearsalMarkdown(rehearsed) : renderRehearsal(rehearsed, io.width, io.paint),
    );
    if (options.expect === undefined || options.expect === rehearsed.outcome) return exitCodes.done;
    io.note(
      `expected ${options.expect}, and it ended as ${rehearsed.outcome ?? 'nothing: it would wait for ever'}`,
    );
    return exitCodes.notSucceeded;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return io.fail({
      code: 'interrupted',
      message: 'interrupted; nothing was changed',
      exitCode: exitCodes.interrupted,
    });
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

/** The product that is meant, as a worker with this catalog would see it. */
async function findProduct({ config, product }: RehearseOptions): Promise<CatalogEntry> {
  const isDirectory = (await stat(config).catch(() => undefined))?.isDirectory() ?? false;
  if (!isDirectory) await loadConfigFiles([config]).catch(plainly);
  const { createFileCatalog } = await import('../../../adapters/file-catalog.ts');
  const catalog = createFileCatalog([config]);
  if (product !== undefined) return catalog.load(product);
  const known = (await catalog.products()).map((each) => each.product);
  const [only, second] = known;
  if (only === undefined) throw problems([`there is no product in ${config}`]);
  if (second !== undefined) throw problems([`say which product with --product: ${known.join(', ')}`]);
  return catalog.load(only);
}

async function readScenario({ scenario: file, fault, approveAfter }: RehearseOptions): Promise<Scenario> {
  const wrong: string[] = [];
  const read = file === undefined ? undefined : await readFile(file, 'utf8').catch(unreadable);
  const parsed = typeof read === 'string' ? parseScenario(read, file ?? '') : undefined;
  if (read && typeof read !== 'string') wrong.push(`${file ?? ''} can't be read (${read.code})`);
  if (parsed && !parsed.ok) wrong.push(...parsed.problems);
  const faults = fault.map(parseFault);
  wrong.push(...faults.flatMap((each) => (each.ok ? [] : each.problems)));
  const after =
    approveAfter === undefined || approveAfter === 'never' ? approveAfter : parseDuration(approveAfter);
  if (approveAfter !== undefined && after === undefined)
    wrong.push(`--approve-after ${JSON.stringify(approveAfter)}: write it like 10m or 2d, or never`);
  if (wrong.length > 0) throw problems(wrong);
  const said = parsed?.ok ? parsed.scenario : plainScenario;
  return {
    ...said,
    faults: [...said.faults, ...faults.flatMap((each) => (each.ok ? [each.fault] : []))],
    people: {
      ...said.people,
      ...(after === undefined ? {} : { 'approve-after': after }),
    },
  };
}

const unreadable = (error: NodeJS.ErrnoException): { readonly code: string } => ({
  code: error.code ?? String(error),
});

/** Nothing would have been changed by a rehearsal: only the problems matter. */
function problems(all: readonly string[]): InvalidInput {
  return all.length < 2
    ? new InvalidInput(all)
    : new InvalidInput([['nothing was rehearsed:', ...all.map((each) => `  - ${each}`)].join('\n')]);
}

function plainly(error: unknown): never {
  throw error instanceof InvalidInput ? problems(error.problems) : error;
}
