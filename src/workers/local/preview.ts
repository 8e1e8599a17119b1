import type { SourceHistory } from '../../activities/ports/index.ts';
import { readReleaseFacts } from '../../activities/release/facts.ts';
import { localHistory } from '../../adapters/git/local-repository.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import type { NextVersion } from '../../domain/release/next.ts';
import { nextVersion } from '../../domain/release/next.ts';
import type { LocalOptions } from './product.ts';
import { asAnsweredHere, asProblem, LocalProblem, openLocalProduct } from './product.ts';

/**
 * What the next release of a repository on this machine would be, by the rules of releases.
 * @throws LocalProblem where it can't be told, or what was asked for is impossible, with what to do about it
 */
export async function previewRelease(
  options: LocalOptions,
  asked: Partial<Pick<ReleaseInput, 'bump' | 'version' | 'preid'>>,
): Promise<NextVersion> {
  const { repository, head, config } = await openLocalProduct(options);
  const { source, isCut } = withinDepth(localHistory(repository, head), repository.shallow);
  const ref = { product: config.product, main: head };
  const facts = await readReleaseFacts(source, ref, asked, config).catch(asProblem);
  if (isCut())
    throw new LocalProblem([
      `${repository.directory} is a shallow clone, and ${facts.previous ? `what came since ${facts.previous.tag}` : 'the last version tag'} is not in it: run git fetch --unshallow --tags (in CI, fetch the whole history), then try again.`,
    ]);
  const { version } = facts;
  const nothing = version.ok ? undefined : version.problems.find(({ code }) => code === 'nothing-to-release');
  if (!version.ok && !nothing)
    throw new LocalProblem(
      version.problems.map(({ code, message }) =>
        code === 'unclear-tags' ? asAnsweredHere(message) : message,
      ),
    );
  return nextVersion({
    ...facts,
    product: config.product,
    commit: head,
    previous: facts.previous?.tag,
    version: version.ok ? version : { ok: false, reason: nothing?.message ?? '' },
    warnings: repository.rewritten
      ? [
          'The history is rewritten in this clone alone (git replace or grafts): a release sees it as others do.',
        ]
      : [],
  });
}

/** Notices whether what is read reaches the commits where a shallow clone was cut. */
function withinDepth(
  source: SourceHistory,
  shallow: ReadonlySet<string>,
): { readonly source: SourceHistory; readonly isCut: () => boolean } {
  let cut = false;
  const commits: SourceHistory['commits'] = async (ref, range) => {
    const found = await source.commits(ref, range);
    cut ||= found.some(({ sha }) => shallow.has(sha));
    return found;
  };
  return { source: shallow.size === 0 ? source : { ...source, commits }, isCut: () => cut };
}
