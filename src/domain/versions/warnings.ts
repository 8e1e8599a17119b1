import semver from 'semver';
import type { VersionRequest } from './request.ts';
import type { Level } from './level.ts';
import { levelOf, rank, skips } from './level.ts';
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
  const higher = versionTags(request.tags)
    .filter((tag) => semver.gt(tag.version, version))
    .map(({ tag }) => tag);
  if (higher.length > 0)
    warnings.push(`Higher pre-releases are tagged already: ${higher.slice(0, 3).join(', ')}.`);
  const prose = request.commits.filter(
    (commit) => commit.type === 'other' && commit.breaking.length === 0,
  ).length;
  if (prose > 0)
    warnings.push(
      `${prose} of ${request.commits.length} commits ${prose === 1 ? 'is not conventional and counts' : 'are not conventional and count'} as patch: ask for minor or major if ${prose === 1 ? 'it brings' : 'they bring'} more.`,
    );
  return warnings;
}
