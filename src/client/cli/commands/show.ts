import { InvalidInput } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderTree } from '../render/tree.ts';
import { withSluice } from '../session.ts';

/** `sluice show <run>`: everything about a run, once. */
export async function show(io: Io, [run = '']: string[], options: SharedOptions): Promise<number> {
  if (run === '') throw new InvalidInput(['say which run: sluice show RUN; sluice list shows what there is']);
  const { status, url } = await withSluice(options, async (sluice) => {
    const found = await sluice.status(run);
    return { status: found, url: sluice.url(found.run) };
  });
  const lines = renderTree(status, {
    now: Date.now(),
    width: io.width,
    paint: io.paint,
    detailLines: Infinity,
  });
  io.result(status, [...lines, ...(url ? ['', io.paint.faint(url)] : [])].join('\n'));
  return exitCodes.done;
}
