import type { ParsedCommit } from '../../domain/changes/commits.ts';
import { effectiveCommits } from '../../domain/changes/effective.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { readPackageVersion } from '../../domain/versions/package-version.ts';
import type { VersionPlan, VersionRefusal } from '../../domain/versions/version.ts';
import { decideVersion, latestRelease } from '../../domain/versions/version.ts';
import type { Commit, SourceRef, SourceRepository } from '../ports/index.ts';

/** What the repository says about the next release. Reads only. */
export interface ReleaseFacts {
  readonly head: Commit;
  /** The tag of the release before; undefined before the first. */
  readonly since: string | undefined;
  readonly commits: readonly ParsedCommit[];
  readonly version: VersionPlan | VersionRefusal;
  readonly packageText: string | undefined;
}

export async function readReleaseFacts(
  source: SourceRepository,
  ref: SourceRef,
  input: Pick<ReleaseInput, 'bump' | 'version' | 'preid'>,
): Promise<ReleaseFacts> {
  const head = await source.head(ref);
  const tags = (await source.tags(ref)).map((tag) => tag.name);
  const since = latestRelease(tags)?.tag;
  const commits = effectiveCommits(
    await source.commits(ref, { until: head.sha, ...(since ? { since } : {}) }),
  );
  const packageText = await source.readFile(ref, head.sha, 'package.json');
  const version = decideVersion({
    tags,
    commits,
    packageVersion: readPackageVersion(packageText),
    bump: input.bump,
    version: input.version,
    preid: input.preid,
  });
  return { head, since, commits, version, packageText };
}

export function releaseBranchName(product: string, version: string): string {
  return `release/${product}/v${version}`;
}
