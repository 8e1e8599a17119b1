import type { JudgedRelease } from '../../domain/backtest/result.ts';
import type { Published } from '../../domain/backtest/published.ts';
import { before, publishedBy } from '../../domain/backtest/published.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { readPackageVersion, setPackageVersion } from '../../domain/versions/package-version.ts';
import { previousRelease } from '../../domain/versions/request.ts';
import type { PastHistory, SourceHistory } from '../ports/index.ts';
import { readReleaseFacts } from '../release/facts.ts';
import { beforeVersionCommit, releasePoint } from './release-point.ts';

/** So many releases are judged at a time: git answers about files meanwhile. */
const atATime = 4;

/**
 * Judges every past release by what a release would have read at its moment, with the rules of releases (`readReleaseFacts`).
 * @param prefix of the product's version tags
 */
export async function backtestVersions(
  history: PastHistory,
  config: Pick<ProductConfig, 'product' | 'release'>,
  prefix: string,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<readonly JudgedRelease[]> {
  const all = publishedBy(
    history.tags.flatMap(({ name, commit }) => {
      const date = history.commit(commit)?.date;
      return date === undefined ? [] : [{ name, commit, date }];
    }),
    prefix,
  );
  const tagged = new Set(all.map(({ commit }) => commit));
  const known = { ...config, release: { ...config.release, tagPrefix: prefix } };
  const judged: JudgedRelease[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let at = next; at < all.length; at = next) {
      next += 1;
      const published = all[at];
      if (!published) return;
      judged[at] = await judge(history, known, published, all, tagged);
      onProgress((done += 1), all.length);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return judged;
}

async function judge(
  history: PastHistory,
  config: Pick<ProductConfig, 'product' | 'release'>,
  published: Published,
  all: readonly Published[],
  tagged: ReadonlySet<string>,
): Promise<JudgedRelease> {
  const commit = await releasePoint(history, published, tagged);
  const isHere = history.within(commit);
  const known = before(published, all, isHere);
  const tags = known.map((other) => ({
    name: other.tag,
    commit: other.commit,
    onMain: isHere(other.commit),
  }));
  const last = previousRelease({
    tags: tags.map(({ name }) => name),
    elsewhere: tags.filter(({ onMain }) => !onMain).map(({ name }) => name),
    tagPrefix: config.release?.tagPrefix,
  });
  const from = tags.find(({ name }) => name === last?.tag);
  const source = asBefore(history.asOf(commit, tags), published, () =>
    beforeVersionCommit(history.range(commit, from?.commit), published.version),
  );
  const ref = { product: config.product, main: commit };
  const asked = published.preid === undefined ? {} : { bump: 'prerelease' as const, preid: published.preid };
  const { version, previous, commits, total } = await readReleaseFacts(source, ref, asked, config);
  return {
    published,
    commit,
    version,
    previous,
    previousIsHere: from?.onMain === true,
    commits,
    total,
  };
}

/**
 * With the version in package.json that stood there before the release itself wrote its own: that one is no decision of a person's.
 * @param parent finds the commit before the one that wrote it, where there is one
 */
function asBefore(
  source: SourceHistory,
  { version }: Published,
  parent: () => string | undefined,
): SourceHistory {
  const read: SourceHistory['readFile'] = async (ref, at, path) => {
    const text = await source.readFile(ref, at, path);
    if (at !== ref.main || path !== 'package.json' || readPackageVersion(text) !== version) return text;
    const commit = parent();
    const old = commit === undefined ? undefined : await source.readFile(ref, commit, path);
    const edit = setPackageVersion(text, readPackageVersion(old) ?? version);
    return edit.kind === 'changed' ? edit.text : text;
  };
  return { ...source, readFile: read };
}
