import semver from 'semver';

/** Versions as tags (`v1.2.3` or `1.2.3`) and the arithmetic on them. */

/** The tag of the highest stable version (`v1.2.3` or `1.2.3`), whose commit is where the next release's commits begin. */
export function latestRelease(
  tags: readonly string[],
): { readonly tag: string; readonly version: string } | undefined {
  const stable = versionTags(tags).filter(({ version }) => version.prerelease.length === 0);
  const [highest] = stable.sort(
    (a, b) => semver.rcompare(a.version, b.version) || b.tag.length - a.tag.length,
  );
  return highest && { tag: highest.tag, version: highest.version.version };
}

/** The tags that are versions. */
export function versionTags(tags: readonly string[]): { tag: string; version: semver.SemVer }[] {
  return tags.flatMap((tag) => {
    const version = /^v?\d/.test(tag) ? semver.parse(tag) : null;
    return version ? [{ tag, version }] : [];
  });
}

export const inc = (version: string, level: 'major' | 'minor' | 'patch') =>
  semver.inc(version, level) ?? version;
/** Without a pre-release part. */
export const core = (version: string) => version.split('-')[0] ?? version;
export const sameCore = (a: string, b: string) => core(a) === core(b);
