import semver from 'semver';

/** Versions as tags (`v1.2.3` or `1.2.3`, or with a product's prefix, `shop-v1.2.3`) and the arithmetic on them. */

export interface VersionTag {
  readonly tag: string;
  readonly version: semver.SemVer;
}

/** The tags that are versions: of those that begin with `prefix`; without one, `v1.2.3` and `1.2.3`. */
export function versionTags(tags: readonly string[], prefix = ''): VersionTag[] {
  return tags.flatMap((tag) => {
    const rest = tag.startsWith(prefix) ? tag.slice(prefix.length) : '';
    const version = /^v?\d/.test(rest) ? parsed(rest) : null;
    return version ? [{ tag, version }] : [];
  });
}

/** Whoever asks about one version asks about all the others with it. */
const known = new Map<string, semver.SemVer | null>();

function parsed(text: string): semver.SemVer | null {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= 20_000) known.clear();
  const version = semver.parse(text);
  known.set(text, version);
  return version;
}

/** The tag of the highest stable version, whose commit is where the next release's commits begin. */
export function latestRelease(
  tags: readonly string[],
  prefix = '',
): { readonly tag: string; readonly version: string } | undefined {
  return highest(versionTags(tags, prefix).filter(({ version }) => version.prerelease.length === 0));
}

/** The tag of the highest pre-release. */
export function latestPrerelease(
  tags: readonly string[],
  prefix = '',
): { readonly tag: string; readonly version: string } | undefined {
  return highest(versionTags(tags, prefix).filter(({ version }) => version.prerelease.length > 0));
}

function highest(tags: readonly VersionTag[]) {
  let first: VersionTag | undefined;
  for (const each of tags) {
    const above = first ? each.version.compare(first.version) : 1;
    if (!first || above > 0 || (above === 0 && each.tag.length > first.tag.length)) first = each;
  }
  return first && { tag: first.tag, version: first.version.version };
}

/** The tag that stands for a version, if there is one. */
export function tagOf(version: string, tags: readonly string[], prefix = ''): string | undefined {
  const found = versionTags(tags, prefix).filter((other) => other.version.version === version);
  return (found.find(({ tag }) => tag === `${prefix}v${version}`) ?? found[0])?.tag;
}

/** What a new version's tag is called: `v1.2.3`, or with a prefix as the highest tag has it. */
export function tagFor(version: string, tags: readonly string[], prefix = ''): string {
  if (prefix === '') return `v${version}`;
  const latest = highest(versionTags(tags, prefix));
  const letter = latest?.tag.slice(prefix.length).startsWith('v') ? 'v' : '';
  return `${prefix}${letter}${version}`;
}

/** The version in a tag's name, whatever stands before it; the name itself where there is none. */
export const versionIn = (tag: string): string => /\d+\.\d+\.\d+.*$/.exec(tag)?.[0] ?? tag;

export const inc = (version: string, level: 'major' | 'minor' | 'patch') =>
  semver.inc(version, level) ?? version;
/** Without a pre-release part. */
export const core = (version: string) => version.split('-')[0] ?? version;
export const sameCore = (a: string, b: string) => core(a) === core(b);
