import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runningUp } from '../../../adapters/temporal-server/index.ts';
import { InvalidInput } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { loadConfigFiles } from '../config-files.ts';
import { alertsAt } from '../alerts-at.ts';
import { untilStopped } from '../until-stopped.ts';

interface UpOptions extends SharedOptions {
  readonly directory: string;
  readonly port?: number;
  readonly uiPort?: number;
  readonly alerts?: string;
}

/** `sluice up`: the embedded mode, until Ctrl-C. A broken configuration starts nothing. */
export async function up(io: Io, files: string[], options: UpOptions): Promise<number> {
  const configFiles = await loadConfigFiles(files).catch(asProblemsOf);
  const { startEmbedded } = await import('../../../workers/embedded.ts');
  const { directory, port, uiPort } = options;
  const already = await runningUp(resolve(directory));
  if (already) {
    const { address: there, uiUrl: shown, owner } = already;
    io.result(
      { address: there, uiUrl: shown ?? null, alreadyRunning: true, pid: owner.pid },
      [
        `${io.paint.attention('●')} Sluice is up already in ${directory}, process ${owner.pid}; this one ends.`,
        `  Temporal  ${there}`,
        ...(shown ? [`  UI        ${shown}`] : []),
        '',
        io.paint.faint(
          '  To serve other files, stop that one first, and name all of them: sluice up A.yaml B.yaml',
        ),
      ].join('\n'),
    );
    return exitCodes.done;
  }
  await keepOutOfGit(directory);
  const running = await startEmbedded({
    configFiles: configFiles.map(({ file }) => file),
    directory,
    ...(port ? { port } : {}),
    ...(uiPort ? { uiPort } : {}),
    ...(options.alerts ? { alerts: alertsAt(options.alerts) } : {}),
    onProgress: (line) => io.note(io.paint.faint(line)),
  });
  const { address, uiUrl, products } = running;
  const [product = 'PRODUCT'] = products;
  // Commands look for the server in .sluice, here and above; one that lies elsewhere has to be named.
  const found = resolve(directory) === resolve('.sluice');
  const at = found ? '' : ` --address ${address}`;
  io.result(
    { address, uiUrl: uiUrl ?? null, products },
    [
      `${io.paint.good('✔')} ${io.paint.strong('Sluice is up')}, serving ${products.join(', ')}`,
      `  Temporal  ${address}`,
      ...(uiUrl ? [`  UI        ${uiUrl}`] : []),
      '',
      `  In another terminal${found ? ', in this directory' : ''}:`,
      `    ${io.paint.busy(`sluice start "Ship ${product} to production"${at}`)}`,
      `    ${io.paint.busy(`sluice list${at}`)}`,
      '',
      io.paint.faint('  Ctrl-C stops it; the next sluice up goes on with what was running.'),
    ].join('\n'),
  );
  await untilStopped(io, running, 'Sluice');
  return exitCodes.done;
}

/** Nothing is running that could have been changed: only the problems matter. */
function asProblemsOf(error: unknown): never {
  if (!(error instanceof InvalidInput) || error.problems.length < 2) throw error;
  throw new InvalidInput([
    ['nothing was started:', ...error.problems.map((problem) => `  - ${problem}`)].join('\n'),
  ]);
}

/** The state must not look like work that was forgotten to be committed. */
async function keepOutOfGit(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
}
