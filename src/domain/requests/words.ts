import type { ReleaseInput } from '../release/input.ts';
import { isVersionText } from './version-text.ts';
import { findProducts, placeholders } from './placeholders.ts';
import { whyNot } from './why-not.ts';

/** What a request in words (RW-1) means. `said` is what was understood, for the person to confirm. */
export type Understanding =
  | {
      readonly kind: 'understood';
      readonly flow: 'release';
      readonly input: ReleaseInput;
      readonly said: string;
    }
  | { readonly kind: 'not-understood'; readonly why: string; readonly suggestions: readonly string[] };

const longest = 300;

const polite = `(?:please |kindly |now |ok |okay |let'?s |let us |go ahead and |i want to |i would like to |i'd like to |we want to |hey sluice |sluice )*`;
const level = `(?<LEVEL>major|minor|patch|pre-?release|release candidate|rc|beta|alpha)`;
const verb = `(?:ship|release|deploy|publish|roll out|bring out|(?:cut|make|do|create|start) (?:a |the )?(?:(?:new|next) )?(?:${level} )?release (?:of|for))`;
const what = `(?:(?:version )?<v> of |(?:the |a )?(?:(?:new|next|latest) )?(?:${level} )?(?:version|release) (?:of|for) )?(?:the |our )?(?:product |service )?<p>(?: product| service)?`;
const version = `(?: (?:in |as |at )?(?:version )?<v>)?`;
const as = `(?: (?:as|with) (?:a |an |the next )?(?:new )?${level}(?: release| version| bump)?)?`;
const to = `(?: (?:to|into|in|on) (?:the )?(?:production|prod)(?: environment)?)?`;
const end = `(?: now| please| thanks| thank you)*`;
const sentence = numbered(`^${polite}${verb} ${what}${version}${as}${to}${as}${end}$`);

/**
 * Understands a request by rules, never by a guess: a word that matters and that no rule accounts for makes the whole
 * sentence not understood, with the reason.
 * @param products the names that the workers know.
 */
export function understand(text: string, products: readonly string[]): Understanding {
  const not = (why: string, suggestions: readonly string[] = []): Understanding => ({
    kind: 'not-understood',
    why,
    suggestions,
  });
  const plain = normalise(text);
  if (plain === '') return not('nothing was said', examples(products));
  if (text.length > longest)
    return not(`that is ${text.length} characters; say it in ${longest}`, examples(products));
  const named = findProducts(plain, products);
  const { pattern, versions } = placeholders(plain, named);
  const match = sentence.exec(pattern);
  const reason = whyNot(plain, pattern, named, products);
  if (reason) return not(reason.why, reason.suggestions);
  const product = named[0];
  if (!match || product === undefined)
    return not('it does not read like a request for a release', examples(products));
  const levels = [...new Set(Object.values(match.groups ?? {}).filter((found) => found !== undefined))];
  if (levels.length > 1) return not(`it asks for ${levels.join(' and ')} at once`);
  const asked = versions[0];
  if (versions.length > 1) return not(`it names several versions: ${versions.join(', ')}`);
  if (asked !== undefined && !isVersionText(asked)) {
    return not(`${asked} is not a whole version: write it like v1.4.0`, [`release ${product} v1.4.0`]);
  }
  if (asked !== undefined && levels.length > 0)
    return not(`it asks for the version ${asked} and for a ${levels[0]} release: say one of them`);
  return understood(product, asked?.replace(/^v/, ''), levels[0]);
}

function understood(product: string, version: string | undefined, asked: string | undefined): Understanding {
  const where = 'through staging to production';
  if (version !== undefined) {
    return {
      kind: 'understood',
      flow: 'release',
      input: { product, version },
      said: `release ${product} v${version} ${where}`,
    };
  }
  if (asked === undefined) {
    return {
      kind: 'understood',
      flow: 'release',
      input: { product },
      said: `release ${product} ${where}, with the version that its commits call for`,
    };
  }
  if (asked === 'major' || asked === 'minor' || asked === 'patch') {
    return {
      kind: 'understood',
      flow: 'release',
      input: { product, bump: asked },
      said: `release ${product} ${where}, as a ${asked} release`,
    };
  }
  const preid = asked === 'release candidate' ? 'rc' : /^pre/.test(asked) ? undefined : asked;
  return {
    kind: 'understood',
    flow: 'release',
    input: { product, bump: 'prerelease', ...(preid ? { preid } : {}) },
    said: `release ${product} ${where}, as a pre-release${preid ? ` (${preid})` : ''}`,
  };
}

/** Small letters, plain apostrophes, single spaces, no closing full stop. */
function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/["\u201c\u201d\u201e«»]/g, ' ')
    .replace(/,(?=\s|$)/g, ' ,')
    .replace(/\s+/g, ' ')
    .replace(/[\s.!]+$/, '')
    .replace(/ ,(?= please| thanks| thank you)/g, '')
    .replace(/^(please|ok|okay|hey sluice|sluice) ,/, '$1')
    .trim();
}

function examples(products: readonly string[]): string[] {
  return products.slice(0, 3).map((product) => `ship ${product} to production`);
}

/** Group names must differ inside one expression. */
function numbered(source: string): RegExp {
  let n = 0;
  return new RegExp(
    source.replaceAll('<LEVEL>', () => {
      n += 1;
      return `<level${n}>`;
    }),
  );
}
