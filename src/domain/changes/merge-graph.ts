import type { RawCommit } from './commits.ts';

/**
 * Which commits each merge brought (`merge^1..merge^2`), by the merge's place in the list; a merge within is there itself, and not
 * what it brought. Commits are newest first, and those whose parents are not in the list begin it.
 */
export function broughtByMerges(commits: readonly RawCommit[]): ReadonlyMap<number, readonly number[]> {
  if (commits.every(({ parents }) => parents.length < 2)) return new Map();
  const places = new Map(commits.map(({ sha }, at) => [sha, at]));
  const seen = new Uint8Array(commits.length);
  const brought = new Map<number, number[]>();
  /** A line of first parents, oldest last; whose it is. */
  const lineFrom = (tip: number | undefined, of: number | undefined) => {
    const line: number[] = [];
    for (let at = tip; at !== undefined && seen[at] === 0;) {
      seen[at] = 1;
      line.push(at);
      const [first] = commits[at]?.parents ?? [];
      at = first === undefined ? undefined : places.get(first);
    }
    if (of !== undefined) brought.set(of, [...(brought.get(of) ?? []), ...line]);
    return line;
  };
  for (const tip of commits.keys()) {
    // The oldest merge of a line comes first: what it brought is not brought again by those above.
    const open = [lineFrom(tip, undefined)];
    for (let line = open.at(-1); line; line = open.at(-1)) {
      const at = line.pop();
      if (at === undefined) open.pop();
      else
        for (const parent of commits[at]?.parents.slice(1).toReversed() ?? [])
          open.push(lineFrom(places.get(parent), at));
    }
  }
  return brought;
}
