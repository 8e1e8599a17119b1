import semver from 'semver';
import type { VersionRequest } from './request.ts';
import type { Level } from './level.ts';
import { levelOf } from './level.ts';
import { previousRelease, tagsBefore } from './request.ts';
import { core, inc, latestPrerelease, sameCore, tagOf, versionTags } from './tags.ts';

export interface Choice {
  readonly version: string;
  readonly reasons: readonly string[];
}

/** The version and its reasons where none was given outright; undefined where there is nothing to release. */
export function choose(
  request: VersionRequest,
  needed: Level | undefined,
  preid: string | undefined,
): Choice | undefined {
  const stableChoice = stable(request, needed);
  if (stableChoice === undefined || preid === undefined) return stableChoice;
  const chosen = underWay(request, stableChoice);
  return {
    version: nextPrerelease(chosen.version, preid, request),
    reasons: [...chosen.reasons, `Pre-release ${preid} of ${chosen.version}.`],
  };
}

function stable(request: VersionRequest, needed: Level | undefined): Choice | undefined {
  const latest = previousRelease(request)?.version;
  const fromPackage = packageVersionAhead(request);
  const { bump = 'auto' } = request;
  if (bump !== 'auto' && bump !== 'prerelease') {
    const base = latest ?? latestPrerelease(request.tags, request.tagPrefix)?.version ?? fromPackage;
    const reasons = [`${bump} was asked for${latest ? `, from ${latest}` : ''}.`];
    return unused(inc(base ?? '0.0.0', bump), bump, request, reasons);
  }
  if (latest === undefined) return first(request, fromPackage);
  const level = semver.major(latest) === 0 && needed === 'major' ? 'minor' : needed;
  const computed = level && unused(inc(latest, level), level, request, explain(request, latest, needed));
  const hasCommits = request.commits.length > 0;
  if (fromPackage && hasCommits && (!computed || semver.gte(fromPackage, computed.version)))
    return {
      version: core(fromPackage),
      reasons: [`package.json already says ${fromPackage}, which is not tagged yet.`],
    };
  if (computed) return computed;
  if (bump !== 'prerelease' || !hasCommits) return undefined;
  return unused(inc(latest, 'patch'), 'patch', request, [
    `A pre-release was asked for; nothing since ${latest} asks for more than a patch.`,
  ]);
}

/** A pre-release of a higher version is tagged in this history: whoever asks for another goes on with that one. */
function underWay(request: VersionRequest, chosen: Choice): Choice {
  const { bump = 'auto', tagPrefix } = request;
  const latest = latestPrerelease(tagsBefore(request), tagPrefix);
  const asked = bump !== 'auto' && bump !== 'prerelease';
  if (asked || latest === undefined || semver.lte(core(latest.version), chosen.version)) return chosen;
  return {
    version: core(latest.version),
    reasons: [
      ...chosen.reasons,
      `${latest.tag} is tagged, so ${core(latest.version)} is the version under way.`,
    ],
  };
}

/** The first stable version: the one that pre-releases led to, or what package.json says. */
function first(request: VersionRequest, fromPackage: string | undefined): Choice | undefined {
  if (request.commits.length === 0) return undefined;
  const underWay = latestPrerelease(request.tags, request.tagPrefix);
  if (underWay && (fromPackage === undefined || semver.lte(core(fromPackage), core(underWay.version))))
    return {
      version: core(underWay.version),
      reasons: [
        `First release: ${underWay.tag} is tagged, so ${core(underWay.version)} is the version under way.`,
      ],
    };
  return {
    version: core(fromPackage ?? '1.0.0'),
    reasons: [
      fromPackage
        ? `First release: package.json says ${fromPackage}.`
        : 'First release: there is no version tag yet.',
    ],
  };
}

/** The version, or the next one that nothing beside the commit's own history has. */
function unused(version: string, level: Level, request: VersionRequest, reasons: readonly string[]): Choice {
  const taken: string[] = [];
  let next = version;
  for (let tag = elsewhere(next, request); tag !== undefined; tag = elsewhere(next, request)) {
    taken.push(tag);
    next = inc(next, level);
  }
  if (taken.length === 0) return { version, reasons };
  return {
    version: next,
    reasons: [
      ...reasons,
      `${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} tagged beside this history.`,
    ],
  };
}

const elsewhere = (version: string, request: VersionRequest) =>
  tagsBefore(request) === request.tags
    ? undefined
    : tagOf(version, request.elsewhere ?? [], request.tagPrefix);

/** `1.3.0-rc.1`, or one more than the highest `rc` of 1.3.0 that is tagged. */
function nextPrerelease(version: string, preid: string, { tags, tagPrefix }: VersionRequest): string {
  const numbers = versionTags(tags, tagPrefix)
    .filter((other) => sameCore(other.version.version, version))
    .map(({ version: { prerelease } }) =>
      prerelease.slice(0, -1).join('.') === preid ? Number(prerelease.at(-1)) : 0,
    )
    .filter(Number.isSafeInteger);
  return `${version}-${preid}.${Math.max(0, ...numbers) + 1}`;
}

function packageVersionAhead(request: VersionRequest): string | undefined {
  const { packageVersion, tags, tagPrefix } = request;
  const version = packageVersion === undefined ? undefined : semver.valid(packageVersion);
  if (!version || semver.lte(version, previousRelease(request)?.version ?? '0.0.0')) return undefined;
  return versionTags(tags, tagPrefix).some((tag) => tag.version.version === version) ? undefined : version;
}

function explain(
  { commits, dependencies = [] }: VersionRequest,
  latest: string,
  needed: Level | undefined,
): string[] {
  const decisive = commits.filter((commit) => levelOf(commit) === needed);
  const shown = decisive
    .slice(0, 5)
    .map((commit) => `${needed ?? ''}: ${commit.header} (${commit.sha.slice(0, 7)})`);
  if (decisive.length > 5) shown.push(`… and ${decisive.length - 5} more.`);
  if (needed === 'patch' && dependencies.length > 0)
    shown.push(
      `patch: users get other dependencies: ${dependencies
        .slice(0, 5)
        .map(({ name, from, to }) => `${name} ${from ?? '(none)'} → ${to ?? '(none)'}`)
        .join(', ')}${dependencies.length > 5 ? `, and ${dependencies.length - 5} more` : ''}.`,
    );
  if (needed === 'major' && semver.major(latest) === 0)
    shown.push(`Below 1.0.0 a breaking change raises the minor version; ask for major to leave 0.x.`);
  return shown;
}
