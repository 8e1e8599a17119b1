import { asTyped, changelogBlocks } from '../changes/changelog-blocks.ts';
import type { ParsedCommit } from '../changes/commits.ts';
import type { DependencyChange } from '../changes/dependencies.ts';
import type { Level } from '../versions/level.ts';
import type { VersionPlan } from '../versions/version.ts';

/** What the next release of a repository would be, for people and programs. */
export interface NextVersion {
  readonly product: string;
  /** The commit that it would be made from. */
  readonly commit: string;
  /** null where there is nothing to release; `reasons` says why. */
  readonly version: string | null;
  /** What its tag would be called. */
  readonly tag: string | null;
  /** The tag that it follows; null for the first release. */
  readonly previous: string | null;
  readonly bump: Level | 'prerelease' | null;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly breaking: readonly {
    readonly description: string;
    readonly migration?: string;
    /** The commit's first line, as it was typed. */
    readonly title: string;
    readonly commit: string;
  }[];
  /** As the changelog would have them. */
  readonly sections: readonly Section[];
  /** All commits since the release before, also those that are not listed. */
  readonly commits: number;
}

interface Section {
  readonly title: string;
  /** As they were typed. */
  readonly entries: readonly string[];
}

interface Found {
  readonly product: string;
  readonly commit: string;
  readonly previous: string | undefined;
  readonly version: VersionPlan | { readonly ok: false; readonly reason: string };
  readonly commits: readonly ParsedCommit[];
  readonly dependencies: readonly DependencyChange[];
  readonly warnings: readonly string[];
  readonly total: number;
}

export function nextVersion(found: Found): NextVersion {
  const { product, commit, version, commits, dependencies } = found;
  return {
    product,
    commit,
    version: version.ok ? version.version : null,
    tag: version.ok ? version.tag : null,
    previous: found.previous ?? null,
    bump: version.ok ? version.bump : null,
    reasons: version.ok ? version.reasons : [version.reason],
    warnings: [...(version.ok ? version.warnings : []), ...found.warnings],
    breaking: commits.flatMap(({ breaking, header, sha }) =>
      breaking.map(({ description, migration }) => ({
        description,
        ...(migration === undefined ? {} : { migration }),
        title: header,
        commit: sha,
      })),
    ),
    sections: changelogBlocks(commits, dependencies, asTyped).map(({ title, lines }) => ({
      title,
      entries: lines.map((line) => line.replace(/^- /, '')),
    })),
    commits: found.total,
  };
}
