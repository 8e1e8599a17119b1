import { InvalidInput } from '../../errors.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import { renderPreview } from '../render/preview.ts';
import { withSluice } from '../session.ts';
import type { StartOptions } from './started.ts';
import { afterStart } from './started.ts';

/** `sluice start blue-green --product shop [--ref REF]`: shows what it would be and what is missing, and asks before it starts (BG-1). */
export async function startBlueGreen(io: Io, options: StartOptions): Promise<number> {
  const { product, ref } = options;
  if (!product) throw new InvalidInput(['say which product: --product NAME']);
  const wrong = (['bump', 'version', 'preid', 'input'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (wrong.length > 0)
    throw new InvalidInput(
      wrong.map((name) => `--${name} is of a release; blue-green takes --product and --ref`),
    );
  const input = { product, by: whoAmI(options.by), ...(ref ? { ref } : {}) };
  return withSluice(options, async (sluice) => {
    const preview = await sluice.preview('blueGreen', input);
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
    return afterStart(io, sluice, await sluice.start('blueGreen', input, preview), options);
  });
}
