import type { ParsedCommit } from '../changes/commits.ts';
import type { DependencyChange } from '../changes/dependencies.ts';
import type { Level } from './level.ts';
import { latestRelease } from './tags.ts';

export type Bump = 'auto' | Level | 'prerelease';

export interface VersionRequest {
  /** Names of all tags; those that are no versions of the product don't matter. */
  readonly tags: readonly string[];
  /** Those of them that are not in the history of the commit that is to be released. */
  readonly elsewhere?: readonly string[] | undefined;
  /** What the names of the product's version tags begin with; nothing for `v1.2.3` and `1.2.3`. */
  readonly tagPrefix?: string | undefined;
  /** Effective commits since `previousRelease`; all of them before the first release. */
  readonly commits: readonly ParsedCommit[];
  /** What users get in another version than before. */
  readonly dependencies?: readonly DependencyChange[] | undefined;
  /** The version in package.json at that commit. */
  readonly packageVersion?: string | undefined;
  readonly bump?: Bump | undefined;
  /** `rc`, `beta`, …: makes it a pre-release. */
  readonly preid?: string | undefined;
  /** Exactly this version, whatever the commits say. */
  readonly version?: string | undefined;
  /** What may mean more than it counts for. */
  readonly doubts?: readonly string[] | undefined;
}

type Tags = Pick<VersionRequest, 'tags' | 'elsewhere' | 'tagPrefix'>;

/** The release that the next one follows: the highest of the commit's own history, or, where that has none, of all. */
export function previousRelease({ tags, elsewhere = [], tagPrefix }: Tags) {
  return latestRelease(without(tags, elsewhere), tagPrefix) ?? latestRelease(tags, tagPrefix);
}

/** The tags that versions have to go beyond; the others only may not be used again. */
export function tagsBefore({ tags, elsewhere = [], tagPrefix }: Tags): readonly string[] {
  const here = without(tags, elsewhere);
  return latestRelease(here, tagPrefix) ? here : tags;
}

function without(tags: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Set(others);
  return tags.filter((tag) => !left.has(tag));
}
