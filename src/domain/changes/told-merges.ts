import { levelOf, rank } from '../versions/level.ts';
import type { ParsedCommit } from './commits.ts';

/**
 * A merge and the commits that it brought are one change. The commits tell it, and carry the merge's pull request; where the
 * merge's title says more than all of them, or they have no form that tells anything, the title does.
 * @param told every commit of the range, undefined where it tells nothing; is changed
 * @param brought what each merge brought, by places in the range
 */
export function tellMerges(
  told: (ParsedCommit | undefined)[],
  brought: ReadonlyMap<number, readonly number[]>,
): void {
  // The oldest first: an inner merge is told before the one that brought it.
  for (const at of [...brought.keys()].sort((a, b) => b - a)) {
    const merge = told[at];
    if (!merge) continue;
    for (const place of brought.get(at) ?? []) {
      const commit = told[place];
      if (commit) told[place] = { ...commit, pr: commit.pr ?? merge.pr };
    }
    const content = contentOf(at, brought).filter((place) => told[place] !== undefined);
    const teller = tellerOf(merge, content, told);
    told[at] = undefined;
    if (teller !== undefined) told[teller] = combined(told[teller] ?? merge, { ...merge, authors: [] });
    else if (content.length > 0) {
      const silent =
        content.length === 1 ? content : content.filter((place) => told[place]?.type === 'other');
      told[at] = silent.reduce((sum, place) => combined(sum, told[place]), merge);
      for (const place of silent) told[place] = undefined;
    }
  }
}

/** The commit that tells the merge best; none where its own title says more than any. */
function tellerOf(
  merge: ParsedCommit,
  content: readonly number[],
  told: readonly (ParsedCommit | undefined)[],
): number | undefined {
  const level = (commit: ParsedCommit | undefined) => rank[(commit && levelOf(commit)) ?? 'none'];
  const best = [...content].sort((a, b) => level(told[b]) - level(told[a]));
  if (!hasTitle(merge)) return best[0];
  const enough = best.filter((place) => level(told[place]) >= level(merge) && told[place]?.type !== 'other');
  return enough.find((place) => told[place]?.type === merge.type) ?? enough[0];
}

/** A title with a type. Any other one of a merge tells nothing that its commits don't. */
const hasTitle = (merge: ParsedCommit) => merge.type !== 'other' && !merge.merge;

/** Everything that a merge brought, also by merges within. */
function contentOf(at: number, brought: ReadonlyMap<number, readonly number[]>): number[] {
  const found: number[] = [];
  const open = [...(brought.get(at) ?? [])].reverse();
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    found.push(place);
    open.push(...[...(brought.get(place) ?? [])].reverse());
  }
  return found;
}

function combined(a: ParsedCommit, b: ParsedCommit | undefined): ParsedCommit {
  if (!b) return a;
  const known = new Set(a.breaking.map(({ description }) => description));
  return {
    ...a,
    pr: a.pr ?? b.pr,
    breaking: [...a.breaking, ...b.breaking.filter(({ description }) => !known.has(description))],
    fixes: [...new Set([...a.fixes, ...b.fixes])],
    authors: [...a.authors, ...b.authors],
    doubts: [...a.doubts, ...b.doubts],
  };
}
