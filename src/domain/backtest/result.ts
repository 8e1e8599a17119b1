import type { Difference, DifferenceKind, Judged } from './difference.ts';
import { differenceOf } from './difference.ts';

/** One release as a row: what was published, and what Sluice would have called it. */
export interface BacktestRow extends Partial<Difference> {
  readonly tag: string;
  readonly published: string;
  /** null where it would have released nothing. */
  readonly sluice: string | null;
  /** The tag of the release that it follows. */
  readonly previous: string | null;
  /** The commit that was judged: what was to be released there. */
  readonly commit: string;
}

export type Differing = BacktestRow & Difference;

export interface BacktestCount {
  readonly releases: number;
  readonly agree: number;
  /** The newest first. */
  readonly differ: readonly Differing[];
}

/** What a backtest of versions found. The numbers are of stable versions; pre-releases have their own. */
export interface BacktestResult extends BacktestCount {
  readonly prereleases: BacktestCount;
  /** How many of the differences have which reason. */
  readonly reasons: Readonly<Partial<Record<DifferenceKind, number>>>;
  /** Of those that agree: how many were told by package.json, and not by the commits. */
  readonly byPackage: number;
}

export interface JudgedRelease extends Judged {
  /** The commit that was judged. */
  readonly commit: string;
}

export function backtestRow(judged: JudgedRelease): BacktestRow {
  const { published, version, previous, commit } = judged;
  return {
    tag: published.tag,
    published: published.version,
    sluice: version.ok ? version.version : null,
    previous: previous?.tag ?? null,
    commit,
    ...differenceOf(judged),
  };
}

export function backtestResult(judged: readonly JudgedRelease[]): BacktestResult {
  const stable = judged.filter(({ published }) => published.preid === undefined);
  const count = countOf(stable);
  const reasons: Partial<Record<DifferenceKind, number>> = {};
  for (const { kind } of count.differ) reasons[kind] = (reasons[kind] ?? 0) + 1;
  const byPackage = stable.filter(
    ({ published, version, previous }) =>
      version.ok &&
      version.version === published.version &&
      previous !== undefined &&
      version.reasons.some((reason) => reason.startsWith('package.json already says')),
  ).length;
  return {
    ...count,
    prereleases: countOf(judged.filter(({ published }) => published.preid !== undefined)),
    reasons,
    byPackage,
  };
}

function countOf(judged: readonly JudgedRelease[]): BacktestCount {
  const differ = judged
    .toReversed()
    .map(backtestRow)
    .filter((row): row is Differing => row.kind !== undefined && row.reason !== undefined);
  return { releases: judged.length, agree: judged.length - differ.length, differ };
}
