import { readFile } from 'node:fs/promises';
import { versionIn } from '../../../domain/versions/tags.ts';
import type { CommandResult, Deployed } from '../../../activities/ports/index.ts';

interface Known {
  readonly recorded: Deployed | undefined;
  readonly slot: string;
  readonly tags: () => Promise<readonly { readonly name: string; readonly commit: string }[]>;
}

/**
 * What a `current` command said: its last line is the version, or JSON such as `{"version":"1.4.0","commit":"…"}`.
 * A version without its commit gets it from the record or from its tag. Nothing printed is nothing deployed.
 */
export async function currentVersion(
  result: CommandResult,
  { recorded, slot, tags }: Known,
): Promise<Deployed | undefined> {
  const said = result.outputs ?? {};
  const version = (typeof said['version'] === 'string' ? said['version'] : await lastLine(result)).replace(
    /^v(?=\d)/,
    '',
  );
  if (version === '') return undefined;
  if (typeof said['commit'] === 'string' && said['commit'] !== '')
    return { version, commit: said['commit'], slot };
  if (recorded?.version === version) return recorded;
  const known = (await tags()).filter(({ name }) => versionIn(name) === version);
  const tag =
    known.find(({ name }) => name === `v${version}` || name === version) ??
    // With a prefix: of several products, nobody knows which one is meant.
    (new Set(known.map(({ commit }) => commit)).size === 1 ? known[0] : undefined);
  // Deployed by other means and never tagged: the version is all that is known of it.
  return { version, commit: tag?.commit ?? '', slot };
}

/** From the tail, or from the file where the tail is empty but the output is not. */
async function lastLine({ stdoutTail, stdoutFile }: CommandResult): Promise<string> {
  const text = stdoutTail || (await readFile(stdoutFile, 'utf8').catch(() => ''));
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
