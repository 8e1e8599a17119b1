import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { outputsOf } from '../../../adapters/commands/run-output.ts';
import { hideSecretsOf } from '../../../adapters/log/hide-secrets-of.ts';
import { redactText } from '../../../adapters/log/redaction.ts';
import type { LedgerLine } from '../../../domain/records/records.ts';
import { InvalidInput, NoConnection, RunFailed, SluiceError, UnknownRun } from '../../errors.ts';
import type { OutputFiles } from '../../logs/command-outputs.ts';
import { CommandOutputs } from '../../logs/command-outputs.ts';
import { followRun } from '../../logs/follow-run.ts';
import type { DataDirectory } from '../../logs/locate-run.ts';
import { locateHere, locateRun } from '../../logs/locate-run.ts';
import { notesOn } from '../../logs/notes.ts';
import { isOfStep, requireStep } from '../../logs/of-step.ts';
import type { RunLine } from '../../logs/run-line.ts';
import { RunReader } from '../../logs/run-reader.ts';
import { WorkerLogs } from '../../logs/worker-logs.ts';
import type { Sluice } from '../../sluice.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { RunLineWriter } from '../render/run-lines.ts';
import { withSluice } from '../session.ts';
import { isElsewhere, readLedger } from './history.ts';

interface LogsOptions extends SharedOptions {
  readonly step?: string;
  readonly follow?: true;
  readonly directory?: string;
}

/** `sluice logs <run>`: what a run's workers logged and its commands printed, in order, from wherever it lies on this host. */
export async function logs(io: Io, [name = '']: string[], options: LogsOptions): Promise<number> {
  const here = dataDirectory(options);
  try {
    return await withSluice(options, async (sluice) =>
      show(io, await locateRun(sluice, name, here), here, options, sluice),
    );
  } catch (error) {
    // Of a server that was named the files in this directory may know nothing, or only what another one did.
    const named = isElsewhere(options) && options.directory === undefined;
    if (!here || named || !(error instanceof NoConnection)) throw error;
    io.note(`No server runs here; this is what ${here.path} says.`);
    const run = await locateHere(here, name);
    if (run === undefined) throw new UnknownRun(name, [], `There is no run ${name} in ${here.path}.`);
    return show(io, run, here, options);
  }
}

/** That of a `sluice up` in this directory or one above it, unless it is named. */
function dataDirectory({ directory }: LogsOptions): DataDirectory | undefined {
  if (directory !== undefined && !existsSync(directory))
    throw new InvalidInput([`there is no directory ${directory}: say where .sluice is with --directory`]);
  const path = directory ?? nearestAbove(process.cwd());
  if (path === undefined) return undefined;
  const ledger = join(path, 'ledger.db');
  if (!existsSync(ledger)) return { path };
  return {
    path,
    records: {
      entries: (run) => readLedger(ledger, (records) => records.entries(run)),
      deployments: (filter) => readLedger(ledger, (records) => records.deployments(filter)),
    },
  };
}

function nearestAbove(from: string): string | undefined {
  const path = join(from, '.sluice');
  if (existsSync(path)) return path;
  return dirname(from) === from ? undefined : nearestAbove(dirname(from));
}

async function show(
  io: Io,
  run: string,
  here: DataDirectory | undefined,
  options: LogsOptions,
  sluice?: Sluice,
): Promise<number> {
  const reader = new RunReader({
    logs: here && new WorkerLogs(here.path, run),
    outputs: new CommandOutputs(() => outputsHere(here, run), redactText),
    record: recordOf(run, here, options, sluice),
    configured: (file) => hideSecretsOf(file, { env: process.env, baseDirectory: baseOf(here) }),
  });
  const lines: RunLine[] = [];
  const writer = new RunLineWriter(io.paint);
  const tell = (more: readonly RunLine[]): void => {
    for (const line of more) {
      if (!isOfStep(line, options.step)) continue;
      lines.push(line);
      if (!io.json) for (const text of writer.lines(line)) io.say(text);
    }
  };
  const first = await reader.next({ whole: !options.follow });
  if (!options.follow) requireStep(options.step, first, run);
  tell(first);
  const interrupted = options.follow ? await follow(io, reader, tell, run, sluice) : false;
  const notes = notesOn(run, reader);
  for (const note of notes) io.note(io.paint.faint(note));
  if (io.json) io.result({ run, lines, elsewhere: reader.elsewhere, notes }, '');
  return interrupted ? exitCodes.interrupted : exitCodes.done;
}

/** What `file:` references of a configuration are relative to, as for a worker with this data directory. */
function baseOf(here: DataDirectory | undefined): string {
  return here ? dirname(resolve(here.path)) : process.cwd();
}

function outputsHere(here: DataDirectory | undefined, run: string): Promise<readonly OutputFiles[]> {
  return here ? outputsOf(join(resolve(here.path), 'commands'), run) : Promise.resolve([]);
}

/** Milliseconds between two questions to a worker for the whole record. */
const askEvery = 5_000;

/** The ledger of this host, or a worker's by asking it. A named server may be another one than this host's. */
function recordOf(
  run: string,
  here: DataDirectory | undefined,
  options: LogsOptions,
  sluice: Sluice | undefined,
): () => Promise<readonly LedgerLine[]> {
  let askedAt = 0;
  const local = async (): Promise<readonly LedgerLine[]> => (await here?.records?.entries(run)) ?? [];
  return async () => {
    const known = isElsewhere(options) && sluice ? [] : await local();
    if (known.length > 0 || !sluice || Date.now() - askedAt < askEvery) return known;
    askedAt = Date.now();
    return sluice.account(run).catch((error: unknown) => {
      // What lies here can be shown without any worker.
      if (error instanceof SluiceError) return local();
      throw error;
    });
  };
}

/** @returns whether somebody pressed Ctrl-C */
async function follow(
  io: Io,
  reader: RunReader,
  tell: (lines: readonly RunLine[]) => void,
  run: string,
  sluice: Sluice | undefined,
): Promise<boolean> {
  const enough = new AbortController();
  const onSignal = (): void => {
    enough.abort();
    io.note(`The run goes on. Look again with: sluice logs ${run} --follow`);
  };
  process.once('SIGINT', onSignal);
  try {
    const isOver = (): Promise<boolean> => (sluice ? isOverAt(sluice, run) : Promise.resolve(false));
    for await (const more of followRun(reader, { signal: enough.signal, isOver })) tell(more);
  } finally {
    process.removeListener('SIGINT', onSignal);
  }
  return enough.signal.aborted;
}

async function isOverAt(sluice: Sluice, run: string): Promise<boolean> {
  try {
    return (await sluice.result(run)) !== undefined;
  } catch (error) {
    return error instanceof RunFailed;
  }
}
