import type { Published } from '../../domain/backtest/published.ts';
import { namesVersion, onlyWritesVersion } from '../../domain/backtest/published.ts';
import type { Commit, PastHistory } from '../ports/index.ts';

/** No more version commits than this are looked through. */
const most = 10;

/**
 * The commit that a past release was made from: the one before the commits that only write its version, or before a merge that
 * brought nothing but those.
 * @param tagged commits that other releases stand on: none of them is passed
 */
export async function releasePoint(
  history: PastHistory,
  { commit: start, version }: Published,
  tagged: ReadonlySet<string>,
): Promise<string> {
  const writes = async (commit: Commit): Promise<boolean> => {
    const [parent] = commit.parents;
    const named = parent !== undefined && namesVersion(commit.subject, version);
    return onlyWritesVersion(
      commit,
      version,
      named ? await history.changedFiles(parent, commit.sha) : undefined,
    );
  };
  const allWrite = async (commits: readonly Commit[]): Promise<boolean> => {
    if (commits.length === 0 || commits.length > most) return false;
    for (const commit of commits) if (commit.parents.length < 2 && !(await writes(commit))) return false;
    return true;
  };
  let at = history.commit(start);
  for (let steps = 0; at !== undefined && steps < most; steps += 1) {
    const [first, second] = at.parents;
    if (first === undefined || (at.sha !== start && tagged.has(at.sha))) break;
    const only = await (second === undefined ? writes(at) : allWrite(history.range(second, first)));
    const found = only ? history.commit(first) : undefined;
    if (!found) break;
    at = found;
  }
  return at?.sha ?? start;
}

/**
 * What package.json said before the release wrote its own version into it; undefined where no version commit is among those since
 * the release before.
 */
export function beforeVersionCommit(commits: readonly Commit[], version: string): string | undefined {
  const writer = commits.find(
    (commit) => namesVersion(commit.subject, version) && onlyWritesVersion(commit, version, undefined),
  );
  return writer?.parents[0];
}
