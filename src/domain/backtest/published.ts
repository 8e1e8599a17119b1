import semver from 'semver';
import { isReleaseCommit } from '../changes/release-commits.ts';
import { tagOf, versionTags } from '../versions/tags.ts';

/** Past releases of a repository, by its tags. */

export interface Published {
  readonly tag: string;
  /** Without prefix and `v`. */
  readonly version: string;
  /** The commit that the tag stands for. */
  readonly commit: string;
  /** Milliseconds since 1970: of that commit. */
  readonly time: number;
  /** What a pre-release is called by (`rc` of 1.0.0-rc.1); undefined for a stable version. */
  readonly preid: string | undefined;
}

interface TaggedCommit {
  readonly name: string;
  readonly commit: string;
  readonly date: string;
}

/** The releases that tags with this prefix tell, the oldest first; a version that has two tags is one release. */
export function publishedBy(tags: readonly TaggedCommit[], prefix: string): readonly Published[] {
  const names = tags.map(({ name }) => name);
  const found = new Map(tags.map((tag) => [tag.name, tag]));
  const byVersion = new Map<string, string[]>();
  for (const { tag, version } of versionTags(names, prefix))
    byVersion.set(version.version, [...(byVersion.get(version.version) ?? []), tag]);
  return [...byVersion]
    .flatMap(([version, those]): Published[] => {
      const tag = found.get(tagOf(version, those, prefix) ?? '');
      if (!tag) return [];
      return [
        {
          tag: tag.name,
          version,
          commit: tag.commit,
          time: Date.parse(tag.date) || 0,
          preid: preidOf(version),
        },
      ];
    })
    .sort(inOrder);
}

/**
 * The releases that were there when this one was made: those of its history, of its own commit the lower ones, and elsewhere those
 * whose commits are not newer.
 */
export function before(
  published: Published,
  all: readonly Published[],
  isInHistory: (commit: string) => boolean,
): readonly Published[] {
  return all.filter((other) => {
    if (other.version === published.version) return false;
    if (other.commit === published.commit) return semver.lt(other.version, published.version);
    return other.time <= published.time || isInHistory(other.commit);
  });
}

/** Files that a release writes, in whatever language: nothing that a version is decided by. */
const written =
  /^dist\/|(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|lerna\.json|deno\.jsonc?|bower\.json|composer\.json|cargo\.(?:toml|lock)|pyproject\.toml|uv\.lock|poetry\.lock|setup\.(?:py|cfg)|__init__\.py|_?_?version_?_?\.\w+|version|pom\.xml|build\.gradle(?:\.kts)?|gradle\.properties|chart\.ya?ml|\.release-please-manifest\.json|[\w.-]+\.(?:gemspec|csproj|nuspec)|(?:changelog|changes|history|news|releases?|readme)(?:\.\w+)?)$/i;

/**
 * Whether a commit only writes a version that was decided before it: by its title as release tools write it, or because it names that
 * version and touches nothing but files that carry one.
 * @param changed the files that it changes, where that is known
 */
export function onlyWritesVersion(
  { subject }: { readonly subject: string },
  version: string,
  changed: readonly string[] | undefined,
): boolean {
  if (isReleaseCommit(subject)) return true;
  return (
    namesVersion(subject, version) && changed !== undefined && changed.every((file) => written.test(file))
  );
}

export function namesVersion(subject: string, version: string): boolean {
  const at = subject.indexOf(version);
  return (
    at >= 0 &&
    !/[\d.]/.test(`${subject.charAt(at - 1)}`) &&
    !/^\.?\d/.test(subject.slice(at + version.length))
  );
}

/** Oldest first; what a release builds on comes before it, also where clocks say otherwise. */
function inOrder(a: Published, b: Published): number {
  return a.time - b.time || semver.compare(a.version, b.version);
}

/** `rc` of `1.0.0-rc.1`, also where its number isn't apart (`1.0.0-beta2`). */
function preidOf(version: string): string | undefined {
  const parts = semver.prerelease(version);
  if (parts === null) return undefined;
  const words = parts.filter((part) => typeof part === 'string');
  if (typeof parts.at(-1) === 'number' && words.length === parts.length - 1 && words.length > 0)
    return words.join('.');
  return /^[A-Za-z][A-Za-z-]*/.exec(words[0] ?? '')?.[0].replace(/-+$/, '') ?? 'rc';
}
