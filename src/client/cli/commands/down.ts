import { resolve } from 'node:path';
import { runningUp } from '../../../adapters/temporal-server/index.ts';
import { InvalidInput } from '../../errors.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';

interface DownOptions extends SharedOptions {
  readonly directory: string;
  readonly product?: string;
  readonly yes?: true;
}

/** `sluice down`: stops what `sluice up` has deployed and left serving. The next `up` brings it back. */
export async function down(io: Io, _args: string[], options: DownOptions): Promise<number> {
  const { directory, product } = options;
  const running = await runningUp(resolve(directory));
  if (running)
    throw new InvalidInput([
      `sluice up still runs here (process ${running.owner.pid}), and its releases count on these versions: stop it first, with Ctrl-C in its terminal`,
    ]);
  const what = product ? `the versions and routers of ${product}` : 'all versions and routers';
  if (!options.yes) {
    if (!io.interactive)
      throw new InvalidInput([
        `nobody can be asked here: say --yes to stop ${what} of ${directory}; nothing was stopped`,
      ]);
    if (!(await confirm(`Stop ${what} of ${directory}? Users are not served any more.`))) {
      io.note('Nothing was stopped.');
      return exitCodes.interrupted;
    }
  }
  const { stopServices } = await import('../../../workers/embedded.ts');
  const stopped = await stopServices(directory, product);
  io.result(
    { stopped },
    stopped.length === 0
      ? `Nothing ran${product ? ` of ${product}` : ''}.`
      : [
          ...stopped.map((one) => `${io.paint.good('✔')} stopped ${one}`),
          io.paint.faint('The next sluice up starts what served here again.'),
        ].join('\n'),
  );
  return exitCodes.done;
}
