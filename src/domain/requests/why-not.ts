import { didYouMean, nearest } from '../text/nearest.ts';

export interface WhyNot {
  readonly why: string;
  readonly suggestions: readonly string[];
}

/** Words that the rules account for; a product of such a name makes a sentence mean two things. */
const vocabulary: ReadonlySet<string> = new Set(
  `please kindly now ok okay let's lets let us go ahead and i want to would like i'd we hey sluice ship release deploy publish roll
  out bring cut make do create start a an the our new next latest major minor patch prerelease pre-release candidate rc beta alpha of for
  version product service in as at with bump into on production prod environment thanks thank you`.split(
    /\s+/,
  ),
);

const verbs = /\b(ship|release|deploy|publish|roll out|bring out)\b/;
const negation =
  /(?:^| )(not|don't|dont|do not|never|no|nothing|nobody|none|without|stop|cancel|abort|hold|halt|avoid|prevent|can't|cannot|won't|shouldn't|mustn't|isn't|refuse|except|but)(?= |$)/;
const condition = /(?:^| )(if|when|once|unless|until|after|before|while|as soon as|whenever|provided)(?= |$)/;
const later =
  /(?:^| )(tomorrow|tonight|today|later|soon|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekly|daily|every|next week|next month|morning|evening|noon|midnight|\d{1,2}(?::\d\d)? ?(?:am|pm|h)|\d{1,2}:\d\d)(?= |$)/;
const elsewhere =
  /(?:^| )(staging|stage|development|dev|integration|test|testing|qa|uat|preview|sandbox|canary|local|localhost|preproduction|pre-production|demo)(?= |$)/;
const otherDeed =
  /(?:^| )(roll back|rollback|revert|undo|downgrade|hotfix|fix|delete|remove|restart|test|build|approve|reject|schedule|pause|resume)(?= |$)/;

const pronouns: ReadonlySet<string> = new Set(['it', 'this', 'that', 'them']);

/** The reason that a sentence is not a request for one release now, or nothing where it may be one. */
export function whyNot(
  plain: string,
  pattern: string,
  named: readonly string[],
  products: readonly string[],
): WhyNot | undefined {
  const because = (why: string, suggestions: readonly string[] = []): WhyNot => ({ why, suggestions });
  const first = named[0];
  const example = `ship ${first ?? products[0] ?? 'PRODUCT'} to production`;
  const found = (rule: RegExp): string | undefined => rule.exec(pattern)?.[1];

  if (plain.includes('?')) return because('it is a question', [example]);
  const no = found(negation);
  if (no !== undefined)
    return because(`it says "${no}", so it may mean the opposite of a release`, [example]);
  const several = [...new Set(named)];
  if (several.length > 1)
    return because(
      `it names several products (${several.join(', ')}): release one at a time`,
      several.map((product) => `ship ${product} to production`),
    );
  const twofold = several.find((product) => vocabulary.has(product));
  if (twofold !== undefined)
    return because(
      `"${twofold}" is a product and a word of the sentence: use sluice start release --product ${twofold}`,
    );
  const deed = found(otherDeed);
  if (deed !== undefined && !verbs.test(pattern.replace(deed, '')))
    return because(`"${deed}" is not a release`, [example]);
  if (!verbs.test(pattern) && !/\brelease\b/.test(pattern))
    return because('it does not say what to do: begin with ship, release or deploy', [example]);
  const place = found(elsewhere);
  if (place !== undefined)
    return because(
      `it says "${place}": a release goes through staging to production and does not stop elsewhere`,
      [example],
    );
  const depends = found(condition);
  if (depends !== undefined)
    return because(`it depends on something ("${depends}"): a release starts at once`, [example]);
  const time = found(later);
  if (time !== undefined)
    return because(`it says "${time}": a release starts at once; for another time there is sluice schedule`, [
      example,
    ]);
  const strange = pattern
    .split(' ')
    .filter((word) => word !== '<p>' && word !== '<v>' && word !== ',' && !vocabulary.has(word));
  if (first === undefined) return noProduct(strange, products);
  if (named.length > 1) return because(`it names ${first} ${named.length} times: say it once`, [example]);
  if (strange.length > 0)
    return because(
      `no rule knows what ${strange.map((word) => `"${word.slice(0, 40)}"`).join(', ')} means here`,
      [example],
    );
  return undefined;
}

function noProduct(strange: readonly string[], products: readonly string[]): WhyNot {
  if (products.length === 0) return { why: 'no product is known to the workers', suggestions: [] };
  const near = [...new Set([...strange, strange.join('-')].flatMap((word) => nearest(word, products)))];
  const suggestions = (near.length > 0 ? near : products.slice(0, 3)).map(
    (product) => `ship ${product} to production`,
  );
  if (strange.every((word) => pronouns.has(word)))
    return {
      why: `it does not say which product; known are ${products.slice(0, 10).join(', ')}`,
      suggestions,
    };
  const why = `there is no product "${strange.join(' ').slice(0, 60)}"${near.length > 0 ? didYouMean(near) : `; known are ${products.slice(0, 10).join(', ')}`}`;
  return { why, suggestions };
}
