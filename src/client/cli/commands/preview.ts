import type { ReleaseInput } from '../../../domain/release/input.ts';
import { LocalProblem } from '../../../workers/local/product.ts';
import { InvalidInput } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderNextVersion, renderNextVersionMarkdown } from '../render/next-version.ts';

interface PreviewOptions extends SharedOptions {
  readonly repository: string;
  readonly ref?: string;
  readonly tagPrefix?: string;
  readonly bump?: NonNullable<ReleaseInput['bump']>;
  readonly preid?: string;
  readonly markdown?: true;
}

/** `sluice preview release`: needs a repository and nothing else. Nothing to release is an answer, and no error. */
export async function previewRelease(
  io: Io,
  _args: string[],
  { repository, ref, tagPrefix, bump, preid, markdown }: PreviewOptions,
): Promise<number> {
  if (io.json && markdown)
    throw new InvalidInput(['--json and --markdown are two ways to print the same: leave one of them out']);
  const local = await import('../../../workers/local/preview.ts');
  const asked = { ...(bump ? { bump } : {}), ...(preid === undefined ? {} : { preid }) };
  const next = await local.previewRelease({ repository, ref, tagPrefix }, asked).catch((error: unknown) => {
    throw error instanceof LocalProblem ? new InvalidInput(error.problems) : error;
  });
  io.result(next, markdown ? renderNextVersionMarkdown(next) : renderNextVersion(next, io.width, io.paint));
  return exitCodes.done;
}
