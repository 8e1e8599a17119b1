import type { ParsedCommit, RawCommit } from './commits.ts';
import { parseCommit } from './commits.ts';
import { broughtByMerges } from './merge-graph.ts';
import { isReleaseCommit } from './release-commits.ts';
import { takenBack } from './take-back.ts';
import { tellMerges } from './told-merges.ts';
import type { TypeRules } from './types.ts';

/** What a range of commits comes to. */
export interface Changes {
  /** Those that make a difference, in the order given. */
  readonly commits: readonly ParsedCommit[];
  /** All others, with the reason. */
  readonly leftOut: readonly LeftOut[];
  /** What may mean more than it counts for: for people to look at. */
  readonly doubts: readonly string[];
}

export interface LeftOut {
  readonly sha: string;
  readonly header: string;
  /** `told elsewhere`: a merge that its commits tell, or a commit that its merge tells. */
  readonly why: 'told elsewhere' | 'merge by its text' | 'taken back' | 'release commit';
}

export interface ChangesOptions {
  readonly types?: TypeRules | undefined;
  /** Hashes, as reverts name them, of commits that were released before: they are none of the range. */
  readonly released?: ReadonlySet<string>;
}

/**
 * The commits that make a difference. A merge and the commits that it brought are one change; a commit and what takes it back are
 * none; a version commit of a release tool tells nothing.
 * @param raw newest first
 */
export function changesOf(raw: readonly RawCommit[], options: ChangesOptions = {}): Changes {
  const parsed = raw.map((commit) => parseCommit(commit, options.types));
  const brought = broughtByMerges(raw);
  const { places: gone, doubts } = takenBack(raw, parsed, brought, options.released ?? new Set());
  const told = parsed.map((commit, at) => (gone.has(at) ? undefined : commit));
  tellMerges(told, brought);
  const why = (at: number): LeftOut['why'] | undefined => {
    const commit = told[at];
    if (gone.has(at)) return 'taken back';
    if (!commit) return 'told elsewhere';
    if (commit.merge) return 'merge by its text';
    return isReleaseCommit(commit.header) && commit.breaking.length === 0 ? 'release commit' : undefined;
  };
  const reasons = parsed.map((_, at) => why(at));
  const commits = told.filter(
    (commit, at): commit is ParsedCommit => commit !== undefined && reasons[at] === undefined,
  );
  const leftOut = raw.flatMap(({ sha, subject }, at) => {
    const reason = reasons[at];
    return reason === undefined ? [] : [{ sha, header: subject, why: reason }];
  });
  return { commits, leftOut, doubts: [...byText(leftOut), ...doubts, ...commits.flatMap(doubtsOf)] };
}

/** The commits alone. */
export const effectiveCommits = (
  raw: readonly RawCommit[],
  options?: ChangesOptions,
): readonly ParsedCommit[] => changesOf(raw, options).commits;

/** Hashes that reverts name and that are not in the range: whether they were released before is for git to say. */
export function revertedElsewhere(raw: readonly RawCommit[]): readonly string[] {
  const shas = raw.map(({ sha }) => sha);
  const here = new Set(shas);
  const named = raw
    .filter(({ body }) => /\bThis reverts commit|^Refs?: /m.test(body))
    .flatMap((commit) => parseCommit(commit).reverts?.list.flatMap((revert) => revert.shas) ?? []);
  return [...new Set(named)].filter(
    (sha) => !here.has(sha) && (sha.length >= 40 || !shas.some((full) => full.startsWith(sha))),
  );
}

/** Nobody hides a change by a message alone without its being said. */
function byText(leftOut: readonly LeftOut[]): string[] {
  const hidden = leftOut.filter(({ why }) => why === 'merge by its text' || why === 'release commit');
  if (hidden.length === 0) return [];
  const shown = hidden.slice(0, 5).map(({ sha, header }) => `${header} (${sha.slice(0, 7)})`);
  const more = hidden.length > 5 ? `, and ${hidden.length - 5} more` : '';
  return [
    `${hidden.length === 1 ? '1 commit is' : `${hidden.length} commits are`} left out as a merge or a version commit by the message alone: ${shown.join(', ')}${more}.`,
  ];
}

const doubtsOf = ({ sha, header, doubts }: ParsedCommit) =>
  doubts.map(
    (line) => `"${line.slice(0, 200)}" does not count as the message has it: ${header} (${sha.slice(0, 7)}).`,
  );
