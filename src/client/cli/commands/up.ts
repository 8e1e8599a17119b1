import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../program.ts';
import { loadConfigFiles } from '../config-files.ts';
import { untilStopped } from '../until-stopped.ts';

interface UpOptions extends SharedOptions {
  readonly directory: string;
  readonly port?: number;
  readonly uiPort?: number;
}

/** `sluice up`: the embedded mode, until Ctrl-C. A broken configuration starts nothing. */
export async function up(io: Io, files: string[], options: UpOptions): Promise<number> {
  const configFiles = await loadConfigFiles(files);
  const { startEmbedded } = await import('../../../workers/embedded.ts');
  const { directory, port, uiPort } = options;
  await keepOutOfGit(directory);
  const running = await startEmbedded({
    configFiles: configFiles.map(({ file }) => file),
    directory,
    ...(port ? { port } : {}),
    ...(uiPort ? { uiPort } : {}),
    onProgress: (line) => io.note(io.paint.faint(line)),
  });
  const { address, uiUrl, products } = running;
  const [product = 'PRODUCT'] = products;
  io.result(
    { address, uiUrl: uiUrl ?? null, products },
    [
      `${io.paint.good('✔')} ${io.paint.strong('Sluice is up')}, serving ${products.join(', ')}`,
      `  Temporal  ${address}`,
      ...(uiUrl ? [`  UI        ${uiUrl}`] : []),
      '',
      `  In another terminal, in this directory:`,
      `    ${io.paint.busy(`sluice start "Ship ${product} to production"`)}`,
      `    ${io.paint.busy('sluice list')}`,
      '',
      io.paint.faint('  Ctrl-C stops it; the next sluice up goes on with what was running.'),
    ].join('\n'),
  );
  await untilStopped(io, running, 'Sluice');
  return exitCodes.done;
}

/** The state must not look like work that was forgotten to be committed. */
async function keepOutOfGit(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
}
