import semver from 'semver';
import { versionTags } from './tags.ts';

/** How a repository's tags tell the versions of a product. */
export type TagScheme =
  | {
      readonly ok: true;
      /** Empty for `v1.2.3` and `1.2.3`. */
      readonly prefix: string;
      readonly warnings: readonly string[];
    }
  /** Several are possible, or one that may be somebody else's: a sentence that asks. */
  | { readonly ok: false; readonly question: string };

/** Words that stand before a version of whatever product. */
const common = /^(?:release|releases|rel|version|ver|tag|tags|stable)$/i;

/**
 * Finds the prefix by which a product's version tags are called: the configured one; else none where tags have none; else the one
 * that names the product or nothing in particular. Where that is not plain, it is a question, and never a guess.
 * @param names what the product is called, also in its package.json
 */
export function findTagScheme(
  tags: readonly string[],
  { configured, names }: { readonly configured?: string | undefined; readonly names: readonly string[] },
): TagScheme {
  if (configured !== undefined) return { ok: true, prefix: configured, warnings: [] };
  const prefixes = prefixesOf(tags);
  const own = prefixes.filter((prefix) => names.some((name) => isNamed(prefix, name)));
  if (versionTags(tags).length > 0) return { ok: true, prefix: '', warnings: own.map(besidePlain) };
  if (prefixes.length === 0) return { ok: true, prefix: '', warnings: [] };
  const [only, ...others] = own.length > 0 ? own : prefixes.filter((prefix) => common.test(wordOf(prefix)));
  if (only !== undefined && others.length === 0) return { ok: true, prefix: only, warnings: [] };
  const shown = prefixes.slice(0, 5).map((prefix) => `${prefix}…`);
  const more = prefixes.length > 5 ? `, and ${prefixes.length - 5} more` : '';
  return {
    ok: false,
    question: `Which version was released last is not plain: tags of versions are called ${shown.join(', ')}${more}. Say in sluice.yaml which are this product's (release.tagPrefix: "${prefixes[0] ?? ''}"), or that none is (release.tagPrefix: "").`,
  };
}

/** Every prefix that a version follows, the one of most tags first. */
function prefixesOf(tags: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const tag of tags) {
    const [, prefix = '', letter = '', version = ''] =
      /^(.*?)(v?)(\d+\.\d+\.\d+(?:[-+].*)?)$/.exec(tag) ?? [];
    if (prefix === '' || semver.parse(version) === null) continue;
    const whole = letter !== '' && /\w$/.test(prefix) ? `${prefix}v` : prefix;
    counts.set(whole, (counts.get(whole) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([prefix]) => prefix);
}

/** `@acme/shop@` is of `shop` as well as of `@acme/shop`. */
function isNamed(prefix: string, name: string): boolean {
  const word = wordOf(prefix).toLowerCase();
  const own = name.toLowerCase();
  return word !== '' && (word === own || word.split('/').at(-1) === own.split('/').at(-1));
}

const wordOf = (prefix: string) => prefix.replace(/[^\w]+$/, '');

const besidePlain = (prefix: string) =>
  `Tags are called ${prefix}… as well: those without a prefix are taken for this product's. release.tagPrefix in sluice.yaml says otherwise.`;
