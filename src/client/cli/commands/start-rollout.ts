import type { RolloutInput } from '../../../domain/rollout/input.ts';
import { InvalidInput } from '../../errors.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import { renderPreview } from '../render/preview.ts';
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
  return withSluice(options, async (sluice) => {
    const preview = await sluice.preview('rollout', input);
    const text = renderPreview(preview, io.width, io.paint).join('\n');
    if (options.preview) {
      io.result(preview, text);
      return exitCodes.done;
    }
    if (preview.missing.length > 0) throw new InvalidInput(preview.missing);
    if (!io.json) io.say(`${text}\n`);
    if (!options.yes && !(await confirm(preview.question))) {
      io.note('Nothing was started.');
      return exitCodes.interrupted;
    }
    return afterStart(io, sluice, await sluice.start('rollout', input, preview), options);
  });
}
