import type { ParsedCommit, RawCommit } from './commits.ts';
import type { Revert, TurnedTitle } from './reverts.ts';
import { turnedTitle } from './reverts.ts';

/** Which commits of a range were taken back in it, and what takes back something that can't be found. */
export interface TakenBack {
  /** Places in the list: reverts and what they took back. */
  readonly places: ReadonlySet<number>;
  readonly doubts: readonly string[];
}

/**
 * From the newest to the oldest, so that a revert which was itself taken back does nothing. A hash decides where git knows it; else
 * the title that the revert quotes, then the pull request that it names.
 * @param brought what each merge brought: it is taken back with the merge
 * @param released hashes, as reverts name them, of commits that were released before
 */
export function takenBack(
  raw: readonly RawCommit[],
  parsed: readonly ParsedCommit[],
  brought: ReadonlyMap<number, readonly number[]>,
  released: ReadonlySet<string>,
): TakenBack {
  const gone = new Set<number>();
  const doubts: string[] = [];
  const find = finder(raw, parsed, gone);
  const drop = (from: number) => {
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      gone.add(at);
      open.push(...(brought.get(at) ?? []).filter((other) => !gone.has(other)));
    }
  };
  for (const [at, { reverts }] of parsed.entries()) {
    if (gone.has(at) || !reverts) continue;
    const lost: string[] = [];
    let complete = reverts.list.length > 0;
    for (const revert of reverts.list)
      for (const sha of revert.shas.length > 0 ? revert.shas : [undefined]) {
        const target = find(revert, sha, at, released);
        if (target !== undefined) drop(target);
        else complete = false;
        if (target === undefined && sha !== undefined && !released.has(sha)) lost.push(sha.slice(0, 10));
      }
    if (reverts.whole && complete) drop(at);
    if (lost.length > 0)
      doubts.push(
        `${raw[at]?.sha.slice(0, 7) ?? ''} takes back ${lost.join(', ')}, which is not in this release and not known from one before: ${raw[at]?.subject ?? ''}`,
      );
  }
  return { places: gone, doubts };
}

function finder(raw: readonly RawCommit[], parsed: readonly ParsedCommit[], gone: ReadonlySet<number>) {
  const places = new Map(raw.map(({ sha }, at) => [sha, at]));
  const byHash = (sha: string, below: number) => {
    const at =
      places.get(sha) ?? (sha.length < 40 ? raw.findIndex((other) => other.sha.startsWith(sha)) : -1);
    return at > below ? at : undefined;
  };
  const titles = titlesOf(parsed);
  const byTitle = (of: TurnedTitle | undefined, below: number) =>
    of && titles.get(keyOf(of))?.find((at) => at > below && !gone.has(at));
  const byPullRequest = (pr: number | undefined, below: number) => {
    const at = parsed.findIndex((other, place) => place > below && !gone.has(place) && other.pr === pr);
    return pr === undefined || at < 0 ? undefined : at;
  };
  return ({ of, pr }: Revert, sha: string | undefined, at: number, released: ReadonlySet<string>) => {
    const known = sha === undefined ? undefined : byHash(sha, at);
    if (known !== undefined || (sha !== undefined && released.has(sha))) return known;
    return byTitle(of, at) ?? byPullRequest(pr, at);
  };
}

/** The places of each title that a revert names, newest first. */
function titlesOf(parsed: readonly ParsedCommit[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const { reverts } of parsed)
    for (const { of } of reverts?.list ?? []) if (of) places.set(keyOf(of), []);
  if (places.size === 0) return places;
  const add = (title: TurnedTitle, at: number) => places.get(keyOf(title))?.push(at);
  for (const [at, { header, subject }] of parsed.entries()) {
    const title = turnedTitle(header);
    add(title, at);
    // `revert: totals` names a change without its type.
    if (title.turns === 0 && subject !== title.base) add({ base: subject, turns: 0 }, at);
  }
  return places;
}

const keyOf = ({ base, turns }: TurnedTitle) => `${turns} ${base}`;
