import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Report } from '../../../domain/report/model.ts';
import { buildReport } from '../../../domain/report/report.ts';
import { InvalidInput, NoConnection, UnknownRun } from '../../errors.ts';
import { gather, gatherFromRecords, type RunRecord } from '../../report/gather.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { withSluice } from '../session.ts';
import { findLedger, isElsewhere, readLedger } from './history.ts';

type Format = 'html' | 'markdown' | 'json';

interface ReportOptions extends SharedOptions {
  readonly format?: Format;
  readonly output?: string;
}

/** `sluice report <run>`: what happened in a run, for people to read and to pass on. */
export async function report(io: Io, [name = '']: string[], options: ReportOptions): Promise<number> {
  const format = formatOf(options);
  const found = await withSluice(options, (sluice) => gather(sluice, name)).catch((error: unknown) => {
    const local =
      isElsewhere(options) || !(error instanceof NoConnection) ? undefined : findLedger(process.cwd());
    if (local === undefined) throw error;
    io.note(`No server runs here; this is what ${local} says.`);
    return fromLedger(local, name);
  });
  const made = buildReport({ ...found, now: Date.now() });
  const files = filesOf(made, format, options.output);
  for (const [file, as] of files) await write(file, await render(made, as));
  if (files.length > 0)
    io.result(
      { run: made.run, files: files.map(([file]) => resolve(file)) },
      files.map(([file]) => `wrote ${file}`).join('\n'),
    );
  else io.result(made, await render(made, format ?? 'json').then((text) => text.trimEnd()));
  return exitCodes.done;
}

const endings: Readonly<Record<string, Format>> = {
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.json': 'json',
};

/** What is asked for; undefined: HTML and Markdown, as files. */
function formatOf({ json, format, output }: ReportOptions): Format | undefined {
  if (output !== undefined) {
    const said = format ?? endings[extname(output).toLowerCase()];
    if (said) return said;
    throw new InvalidInput([`say what ${output} shall be: --format html, markdown or json`]);
  }
  if (json && format !== undefined && format !== 'json')
    throw new InvalidInput([`--json prints JSON: for ${format} in a file, add --output FILE`]);
  return json ? 'json' : format;
}

function filesOf(
  { run }: Report,
  format: Format | undefined,
  output: string | undefined,
): readonly (readonly [string, Format])[] {
  if (output !== undefined) return [[output, format ?? 'html']];
  if (format !== undefined) return [];
  const name = `report-${run.replace(/[^\w.+-]+/g, '-').slice(0, 150)}`;
  return [
    [`${name}.html`, 'html'],
    [`${name}.md`, 'markdown'],
  ];
}

/** Pictures need a library that is loaded only for them. */
async function render(made: Report, format: Format): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('../../report/page.ts')).renderReportPage(made);
    case 'markdown':
      return (await import('../../../domain/report/markdown.ts')).renderReportMarkdown(made);
    case 'json':
      return `${JSON.stringify(made, null, 2)}\n`;
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InvalidInput([`${file} can't be written (${code}): say another place with --output FILE`]);
  }
}

async function fromLedger(file: string, name: string): Promise<RunRecord> {
  const found = await readLedger(file, (ledger) => gatherFromRecords(ledger, name));
  if (found) return found;
  throw new UnknownRun(name, [], `There is no run ${name}; sluice history shows what ${file} knows.`);
}
