import type { RolloutInput } from '../../../domain/rollout/input.ts';
import { InvalidInput } from '../../errors.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import { withSluice } from '../session.ts';
import type { StartOptions } from './started.ts';
import { afterStart } from './started.ts';

/** `sluice start rollout --product shop [--version 1.4.0]`: a version that was released before, to production by steps (SI-5). */
export async function startRollout(io: Io, options: StartOptions): Promise<number> {
  const { product, version } = options;
  if (!product) throw new InvalidInput(['say which product: --product NAME']);
  const wrong = (['bump', 'preid', 'ref', 'input'] as const).filter((name) => options[name] !== undefined);
  if (wrong.length > 0)
    throw new InvalidInput(
      wrong.map((name) => `--${name} is of another flow; rollout takes --product and --version`),
    );
  const input: RolloutInput = { product, by: whoAmI(options.by), ...(version ? { version } : {}) };
  const what = `${product} ${version ? `v${version.replace(/^v/, '')}` : 'in its highest version'}, which was released before, goes to production once that is approved`;
  if (options.preview) {
    io.result(input, what);
    return exitCodes.done;
  }
  return withSluice(options, async (sluice) => {
    if (!io.json) io.say(`${what}\n`);
    if (!options.yes && !(await confirm(`Start this rollout as ${input.by ?? ''}?`))) {
      io.note('Nothing was started.');
      return exitCodes.interrupted;
    }
    return afterStart(io, sluice, await sluice.startRollout(input), options);
  });
}
