import semver from 'semver';
import type { VersionRequest } from './request.ts';
import type { Level } from './level.ts';
import { levelOf, rank, skips } from './level.ts';
import { previousRelease, tagsBefore } from './request.ts';
import { inc, versionTags } from './tags.ts';

/** Where a version that is allowed contradicts what the commits or the wishes say. */
export function warningsOf(
  request: VersionRequest,
  version: string,
  jump: Level,
  needed: Level | undefined,
  previous: string | undefined,
): string[] {
  const warnings: string[] = [];
  const wanted =
    previous !== undefined && semver.major(previous) === 0 && needed === 'major' ? 'minor' : needed;
  const explicit =
    request.version !== undefined ||
    (request.bump !== undefined && request.bump !== 'auto' && request.bump !== 'prerelease');
  if (
    request.version !== undefined &&
    request.bump !== undefined &&
    request.bump !== 'auto' &&
    request.bump !== 'prerelease' &&
    request.bump !== jump
  ) {
    warnings.push(
      `${version} is a ${jump} step, but ${request.bump} was asked for as well: the version given wins.`,
    );
  }
  if (previous !== undefined && wanted && rank[jump] < rank[wanted]) {
    const first = request.commits.find((commit) => levelOf(commit) === needed);
    warnings.push(
      `${version} is a ${jump} step, but the commits ask for ${wanted}: ${first?.header ?? ''} (${first?.sha.slice(0, 7) ?? ''}).`,
    );
  }
  if (previous !== undefined && explicit && rank[jump] > rank[wanted ?? 'none']) {
    warnings.push(
      `${version} is a ${jump} step, but the commits ask for ${wanted ? `no more than ${wanted}` : 'no release'}.`,
    );
  }
  if (previous !== undefined && skips(previous, version, jump))
    warnings.push(
      `${version} leaves out versions: the next ${jump} after ${previous} is ${inc(previous, jump)}.`,
    );
  const own = semver.parse(version);
  const higher = versionTags(tagsBefore(request), request.tagPrefix)
    .filter((tag) => own !== null && tag.version.compare(own) > 0)
    .map(({ tag }) => tag);
  if (higher.length > 0)
    warnings.push(`Higher pre-releases are tagged already: ${higher.slice(0, 3).join(', ')}.`);
  return [...warnings, ...beside(request), ...withoutType(request), ...shortened(request.doubts ?? [])];
}

/** Higher versions that the history of what is released doesn't have. */
function beside(request: VersionRequest): string[] {
  const previous = previousRelease(request);
  if (previous === undefined || request.elsewhere === undefined) return [];
  if (request.elsewhere.includes(previous.tag))
    return [
      `${previous.tag} is the highest version, and not in main's history: what came since can't be told for certain.`,
    ];
  const higher = versionTags(request.elsewhere, request.tagPrefix)
    .filter(({ version }) => version.prerelease.length === 0 && semver.gt(version, previous.version))
    .sort((a, b) => semver.rcompare(a.version, b.version))
    .map(({ tag }) => tag);
  if (higher.length === 0) return [];
  return [
    `${higher.slice(0, 3).join(', ')} ${higher.length === 1 ? 'is' : 'are'} higher than ${previous.tag} and not in main's history: this release goes on from ${previous.tag}.`,
  ];
}

/** Commits that say nothing of what they do, or by a type that nobody knows. */
function withoutType({ commits }: VersionRequest): string[] {
  const other = commits.filter(
    ({ type, breaking, rule }) => type === 'other' && breaking.length === 0 && !rule,
  );
  const prose = other.filter(({ unknownType }) => unknownType === undefined).length;
  const types = [...new Set(other.flatMap(({ unknownType }) => unknownType ?? []))];
  const unknown = other.length - prose;
  const named = `${types.slice(0, 5).join(', ')}${types.length > 5 ? ', …' : ''}`;
  return [
    ...(prose > 0
      ? [
          `${prose} of ${commits.length} commits ${prose === 1 ? 'is not conventional and counts' : 'are not conventional and count'} as patch: ask for minor or major if ${prose === 1 ? 'it brings' : 'they bring'} more.`,
        ]
      : []),
    ...(unknown > 0
      ? [
          `${unknown} of ${commits.length} commits ${unknown === 1 ? 'has' : 'have'} a type that Sluice does not know (${named}) and ${unknown === 1 ? 'counts' : 'count'} as patch: release.types in sluice.yaml says what it does.`,
        ]
      : []),
  ];
}

const shortened = (doubts: readonly string[]) =>
  doubts.length > 10 ? [...doubts.slice(0, 10), `… and ${doubts.length - 10} more such commits.`] : doubts;
