import type { ParsedCommit } from '../changes/commits.ts';
import type { Level } from './level.ts';

export type Bump = 'auto' | Level | 'prerelease';

export interface VersionRequest {
  /** Names of all tags; those that are no versions don't matter. */
  readonly tags: readonly string[];
  /** Effective commits since `latestRelease(tags)`; all of them before the first release. */
  readonly commits: readonly ParsedCommit[];
  /** The version in package.json at that commit. */
  readonly packageVersion?: string | undefined;
  readonly bump?: Bump | undefined;
  /** `rc`, `beta`, …: makes it a pre-release. */
  readonly preid?: string | undefined;
  /** Exactly this version, whatever the commits say. */
  readonly version?: string | undefined;
}
