import semver from 'semver';
import type { ParsedCommit } from '../changes/commits.ts';
import type { VersionRequest } from './request.ts';
import type { Level } from './level.ts';
import { levelOf } from './level.ts';
import { core, inc, latestRelease, sameCore, versionTags } from './tags.ts';

/** The version and its reasons where none was given outright; undefined where there is nothing to release. */
export function choose(
  request: VersionRequest,
  needed: Level | undefined,
  preid: string | undefined,
): { version: string; reasons: string[] } | undefined {
  const latest = latestRelease(request.tags)?.version;
  const fromPackage = packageVersionAhead(request);
  const asked =
    request.bump === undefined || request.bump === 'auto' || request.bump === 'prerelease'
      ? undefined
      : request.bump;
  const base = latest ?? (fromPackage && asked ? fromPackage : '0.0.0');
  const reasons: string[] = [];
  let version: string;
  if (asked) {
    version = inc(base, asked);
    reasons.push(`${asked} was asked for${latest ? `, from ${latest}` : ''}.`);
  } else if (latest === undefined) {
    version = core(fromPackage ?? '1.0.0');
    if (request.commits.length === 0) return undefined;
    reasons.push(
      fromPackage
        ? `First release: package.json says ${fromPackage}.`
        : 'First release: there is no version tag yet.',
    );
  } else {
    const level = needed && semver.major(latest) === 0 && needed === 'major' ? 'minor' : needed;
    const computed = level && inc(latest, level);
    if (fromPackage && request.commits.length > 0 && (!computed || semver.gte(fromPackage, computed))) {
      version = core(fromPackage);
      reasons.push(`package.json already says ${fromPackage}, which is not tagged yet.`);
    } else if (computed) {
      version = computed;
      reasons.push(...explain(request.commits, latest, needed));
    } else if (request.bump === 'prerelease' && request.commits.length > 0) {
      version = inc(latest, 'patch');
      reasons.push(`A pre-release was asked for; nothing since ${latest} asks for more than a patch.`);
    } else return undefined;
  }
  if (preid === undefined) return { version, reasons };
  const numbered = nextPrerelease(version, preid, request.tags);
  reasons.push(`Pre-release ${preid} of ${version}.`);
  return { version: numbered, reasons };
}

/** `1.3.0-rc.1`, or one more than the highest `rc` of 1.3.0 that is tagged. */
function nextPrerelease(version: string, preid: string, tags: readonly string[]): string {
  const numbers = versionTags(tags)
    .filter((other) => sameCore(other.version.version, version))
    .map(({ version: { prerelease } }) =>
      prerelease.slice(0, -1).join('.') === preid ? Number(prerelease.at(-1)) : 0,
    )
    .filter(Number.isSafeInteger);
  return `${version}-${preid}.${Math.max(0, ...numbers) + 1}`;
}

function packageVersionAhead({ packageVersion, tags }: VersionRequest): string | undefined {
  const version = packageVersion === undefined ? undefined : semver.valid(packageVersion);
  if (!version || semver.lte(version, latestRelease(tags)?.version ?? '0.0.0')) return undefined;
  return versionTags(tags).some((tag) => semver.eq(tag.version, version)) ? undefined : version;
}

function explain(commits: readonly ParsedCommit[], latest: string, needed: Level | undefined): string[] {
  const decisive = commits.filter((commit) => levelOf(commit) === needed);
  const shown = decisive
    .slice(0, 5)
    .map((commit) => `${needed ?? ''}: ${commit.header} (${commit.sha.slice(0, 7)})`);
  if (decisive.length > 5) shown.push(`… and ${decisive.length - 5} more.`);
  if (needed === 'major' && semver.major(latest) === 0)
    shown.push(`Below 1.0.0 a breaking change raises the minor version; ask for major to leave 0.x.`);
  return shown;
}
