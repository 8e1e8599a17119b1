import semver from 'semver';
import type { Level } from './level.ts';
import type { VersionRequest } from './request.ts';
import { distance, neededLevel } from './level.ts';
import { previousRelease, tagsBefore } from './request.ts';
import { latestRelease, sameCore, tagFor, tagOf, versionTags } from './tags.ts';
import { choose } from './choice.ts';
import { warningsOf } from './warnings.ts';

export { latestRelease };

/**
 * The next version (Semantic Versioning, from the commits or as asked).
 *
 * - `feat` is minor; `fix`, `perf`, `security`, `revert`, updated dependencies and whatever is not a conventional commit are patch; a
 *   breaking change is major. `docs`, `chore`, `ci`, `test`, `style`, `build` and `refactor` alone are nothing to release.
 * - Below 1.0.0 a breaking change raises the minor version: leaving 0.x is a person's decision (`bump: major`).
 * - The first release, without any version tag, is what package.json says, or 1.0.0 where it says nothing above 0.0.0; where
 *   pre-releases are tagged, it is the version that they led to.
 * - A tag that is not in the history of what is released stands for its version, and for nothing more.
 * - A version in package.json above the latest tag was put there by a person: `auto` takes it, unless the commits need a higher one.
 * - Pre-releases count from the last *stable* version, so that `1.3.0-rc.1`, `1.3.0-rc.2` lead to `1.3.0`. Where one of a higher
 *   version is tagged in the history, the next pre-release goes on with that version.
 */

/** Whether `version` comes before `other`; false where one of them is no semantic version. */
export function isLower(version: string, other: string): boolean {
  return semver.valid(version) !== null && semver.valid(other) !== null && semver.lt(version, other);
}

export interface VersionPlan {
  readonly ok: true;
  /** Without the `v`. */
  readonly version: string;
  /** `v` and the version, or as the product's tags are called. */
  readonly tag: string;
  /** How far it is from the version before. */
  readonly bump: Level | 'prerelease';
  /** The highest stable version tagged so far. */
  readonly previous: string | undefined;
  readonly prerelease: boolean;
  readonly reasons: readonly string[];
  /** Where what was asked for contradicts the commits. */
  readonly warnings: readonly string[];
}

export interface VersionRefusal {
  readonly ok: false;
  readonly problems: readonly VersionProblem[];
}

export interface VersionProblem {
  readonly code:
    | 'not-semver'
    | 'exists'
    | 'not-higher'
    | 'bad-preid'
    | 'nothing-to-release'
    | 'unclear-tags'
    /** Not by a tag, but by what runs or what was recorded. */
    | 'known';
  /** A sentence that says what to do. */
  readonly message: string;
}

/** Decides the version, with its reasons, or lists everything that speaks against it. */
export function decideVersion(request: VersionRequest): VersionPlan | VersionRefusal {
  const preid = request.preid ?? (request.bump === 'prerelease' ? 'rc' : undefined);
  const problems: VersionProblem[] = [];
  if (preid !== undefined && semver.valid(`1.0.0-${preid}.1`) === null) {
    problems.push({
      code: 'bad-preid',
      message: `'${preid}' can't name a pre-release: use letters, digits and hyphens, such as rc or beta.`,
    });
  }
  const asked = request.version === undefined ? undefined : readVersion(request.version, problems);
  if (problems.length > 0 && asked === undefined) return { ok: false, problems };

  const needed = neededLevel(request.commits, request.dependencies);
  const chosen = asked
    ? { version: asked, reasons: [`${asked} was asked for.`] }
    : choose(request, needed, problems.length > 0 ? undefined : preid);
  if (chosen === undefined) return { ok: false, problems: [nothingToRelease(request)] };
  problems.push(...standing(chosen.version, request));
  if (problems.length > 0) return { ok: false, problems };

  const previous = previousRelease(request)?.version;
  const prerelease = semver.prerelease(chosen.version) !== null;
  const jump = distance(previous, chosen.version);
  return {
    ok: true,
    version: chosen.version,
    tag: tagFor(chosen.version, request.tags, request.tagPrefix),
    bump: prerelease ? 'prerelease' : jump,
    previous,
    prerelease,
    reasons: chosen.reasons,
    warnings: warningsOf(request, chosen.version, jump, needed, previous),
  };
}

function readVersion(text: string, problems: VersionProblem[]): string | undefined {
  const parsed = semver.parse(text.trim());
  if (parsed && parsed.build.length === 0) return parsed.version;
  const why = parsed
    ? 'has build metadata, which does not tell two versions apart'
    : 'is not a semantic version';
  problems.push({
    code: 'not-semver',
    message: `'${text.slice(0, 100)}' ${why}: write it like 1.4.0 or 2.0.0-rc.1.`,
  });
  return undefined;
}

function nothingToRelease(request: VersionRequest): VersionProblem {
  const latest = previousRelease(request);
  const { length } = request.commits;
  const what =
    length === 0
      ? 'there are no commits'
      : length === 1
        ? 'the only commit changes nothing that users get'
        : `none of the ${length} commits changes what users get`;
  const doubts = request.doubts?.slice(0, 5).map((doubt) => ` ${doubt}`) ?? [];
  return {
    code: 'nothing-to-release',
    message: `Nothing to release: ${what}${latest ? ` since ${latest.tag}` : ''}. Ask for a bump (patch, minor, major) or a version to release all the same.${doubts.join('')}`,
  };
}

/** Everything that the tags have against a version. */
function standing(version: string, request: VersionRequest): VersionProblem[] {
  const { tags, tagPrefix } = request;
  const known = versionTags(tagsBefore(request), tagPrefix);
  const same = tagOf(version, tags, tagPrefix);
  if (same)
    return [
      {
        code: 'exists',
        message: `${version} exists already: the tag ${same} stands for it. Ask for a higher version.`,
      },
    ];
  const own = semver.parse(version);
  const above = known
    .filter(
      (other) =>
        own !== null &&
        other.version.compare(own) > 0 &&
        (other.version.prerelease.length === 0 || sameCore(other.version.version, version)),
    )
    .sort((a, b) => semver.rcompare(a.version, b.version))[0];
  if (!above) return [];
  return [
    {
      code: 'not-higher',
      message: `${version} is lower than ${above.version.version}, which is tagged ${above.tag}: versions only go up.`,
    },
  ];
}
