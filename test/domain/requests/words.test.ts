import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { understand } from '../../../src/domain/requests/words.ts';

const products = ['shop', 'corner-shop', 'cart', 'production-line'];

describe('[RW-1] a request in words is understood', () => {
  const cases: readonly [string, object][] = [
    ['Ship shop to production', { product: 'shop' }],
    ['Release shop', { product: 'shop' }],
    ['Deploy shop v1.4.0', { product: 'shop', version: '1.4.0' }],
    ['release shop as a minor', { product: 'shop', bump: 'minor' }],
    ['ship shop', { product: 'shop' }],
    ['SHIP SHOP TO PRODUCTION!', { product: 'shop' }],
    ['  ship   shop\tto production.  ', { product: 'shop' }],
    ['"Ship shop to production"', { product: 'shop' }],
    ['Please ship shop to production', { product: 'shop' }],
    ['Please, ship shop to production', { product: 'shop' }],
    ['ship shop to production, please', { product: 'shop' }],
    ['ship shop to production now, thanks', { product: 'shop' }],
    ["Let's ship shop", { product: 'shop' }],
    ['let’s ship shop', { product: 'shop' }],
    ['I want to release shop', { product: 'shop' }],
    ["I'd like to release shop to prod", { product: 'shop' }],
    ['Deploy the shop service to the production environment', { product: 'shop' }],
    ['deploy our product shop into production', { product: 'shop' }],
    ['roll out cart', { product: 'cart' }],
    ['publish cart to prod', { product: 'cart' }],
    ['Ship corner-shop to production', { product: 'corner-shop' }],
    ['Ship corner shop to production', { product: 'corner-shop' }],
    ['ship production-line to production', { product: 'production-line' }],
    ['ship production line to production', { product: 'production-line' }],
    ['deploy shop 1.4.0 to production', { product: 'shop', version: '1.4.0' }],
    ['deploy shop version 1.4.0', { product: 'shop', version: '1.4.0' }],
    ['deploy shop in version v1.4.0', { product: 'shop', version: '1.4.0' }],
    ['release v2.0.0 of shop', { product: 'shop', version: '2.0.0' }],
    ['release version 2.0.0 of shop', { product: 'shop', version: '2.0.0' }],
    ['release shop v2.0.0-rc.1', { product: 'shop', version: '2.0.0-rc.1' }],
    ['release shop V2.0.0', { product: 'shop', version: '2.0.0' }],
    ['release the latest version of shop', { product: 'shop' }],
    ['release a new version of shop', { product: 'shop' }],
    ['make a new release of shop', { product: 'shop' }],
    ['cut a release for shop', { product: 'shop' }],
    ['cut a minor release of shop', { product: 'shop', bump: 'minor' }],
    ['release a major version of shop', { product: 'shop', bump: 'major' }],
    ['release shop as a patch release', { product: 'shop', bump: 'patch' }],
    ['release shop to production as a major release', { product: 'shop', bump: 'major' }],
    ['release shop with a minor bump', { product: 'shop', bump: 'minor' }],
    ['release shop as the next minor version', { product: 'shop', bump: 'minor' }],
    ['release shop as a pre-release', { product: 'shop', bump: 'prerelease' }],
    ['release shop as a release candidate', { product: 'shop', bump: 'prerelease', preid: 'rc' }],
    ['release shop as a beta', { product: 'shop', bump: 'prerelease', preid: 'beta' }],
  ];
  it.each(cases)('%s', (text, input) => {
    expect(understand(text, products)).toMatchObject({ kind: 'understood', flow: 'release', input });
  });

  it('says what it understood', () => {
    const said = (text: string) => {
      const understanding = understand(text, products);
      return understanding.kind === 'understood' ? understanding.said : understanding.why;
    };
    expect(said('ship shop')).toBe(
      'release shop through staging to production, with the version that its commits call for',
    );
    expect(said('ship shop v1.2.3')).toBe('release shop v1.2.3 through staging to production');
    expect(said('ship shop as a minor')).toBe(
      'release shop through staging to production, as a minor release',
    );
    expect(said('ship shop as an rc')).toBe(
      'release shop through staging to production, as a pre-release (rc)',
    );
  });
});

describe('[RW-1] what is not clear is never guessed', () => {
  const cases: readonly [string, string][] = [
    ['', 'nothing was said'],
    ['   ', 'nothing was said'],
    ['...', 'nothing was said'],
    ['Ship', 'it does not say which product; known are shop, corner-shop, cart, production-line'],
    ['ship it', 'it does not say which product; known are shop, corner-shop, cart, production-line'],
    [
      'ship to production',
      'it does not say which product; known are shop, corner-shop, cart, production-line',
    ],
    ['shop', 'it does not say what to do: begin with ship, release or deploy'],
    ['shop to production', 'it does not say what to do: begin with ship, release or deploy'],
    ['hello', 'it does not say what to do: begin with ship, release or deploy'],
    ["Don't ship shop", `it says "don't", so it may mean the opposite of a release`],
    ['Don’t ship shop to production', `it says "don't", so it may mean the opposite of a release`],
    ['do not ship shop', 'it says "do not", so it may mean the opposite of a release'],
    ['never release shop', 'it says "never", so it may mean the opposite of a release'],
    ['stop the release of shop', 'it says "stop", so it may mean the opposite of a release'],
    ['cancel release shop', 'it says "cancel", so it may mean the opposite of a release'],
    ['release everything except shop', 'it says "except", so it may mean the opposite of a release'],
    ['release shop without tests', 'it says "without", so it may mean the opposite of a release'],
    ['Should we ship shop?', 'it is a question'],
    ['release shop?', 'it is a question'],
    ['ship shp to production', 'there is no product "shp"; did you mean shop?'],
    ['ship crat', 'there is no product "crat"; did you mean cart?'],
    [
      'ship blog to production',
      'there is no product "blog"; known are shop, corner-shop, cart, production-line',
    ],
    ['ship shop and cart', 'it names several products (shop, cart): release one at a time'],
    ['ship shop, cart', 'it names several products (shop, cart): release one at a time'],
    ['ship shop shop', 'it names shop 2 times: say it once'],
    [
      'ship shop to staging',
      'it says "staging": a release goes through staging to production and does not stop elsewhere',
    ],
    [
      'deploy shop to dev',
      'it says "dev": a release goes through staging to production and does not stop elsewhere',
    ],
    [
      'deploy shop to staging and production',
      'it says "staging": a release goes through staging to production and does not stop elsewhere',
    ],
    ['ship shop to moon', 'no rule knows what "moon" means here'],
    [
      'ship shop tomorrow',
      'it says "tomorrow": a release starts at once; for another time there is sluice schedule',
    ],
    [
      'release shop every friday',
      'it says "every": a release starts at once; for another time there is sluice schedule',
    ],
    [
      'release shop at 17:00',
      'it says "17:00": a release starts at once; for another time there is sluice schedule',
    ],
    [
      'release shop at 5pm',
      'it says "5pm": a release starts at once; for another time there is sluice schedule',
    ],
    ['release shop if tests pass', 'it depends on something ("if"): a release starts at once'],
    ['release shop after cart', 'it names several products (shop, cart): release one at a time'],
    ['roll back shop', '"roll back" is not a release'],
    ['rollback shop to v1.2.0', '"rollback" is not a release'],
    ['hotfix shop', '"hotfix" is not a release'],
    ['release shop v1.4', 'v1.4 is not a whole version: write it like v1.4.0'],
    ['release shop v1', 'v1 is not a whole version: write it like v1.4.0'],
    ['release shop 2', 'no rule knows what "2" means here'],
    ['release shop v01.4.0', 'v01.4.0 is not a whole version: write it like v1.4.0'],
    [
      'release shop v1.4.0 as a minor',
      'it asks for the version v1.4.0 and for a minor release: say one of them',
    ],
    ['cut a minor release of shop as a major', 'it asks for minor and major at once'],
    ['deploy shop from v1.3.0 to v1.4.0', 'no rule knows what "from" means here'],
    ['release v1.3.0 of shop v1.4.0', 'it names several versions: v1.3.0, v1.4.0'],
    ['ship shop urgently', 'no rule knows what "urgently" means here'],
    ['ship shop --force', 'no rule knows what "--force" means here'],
    ['ship shop; rm -rf /', 'there is no product "shop; rm -rf /"; did you mean shop?'],
    ['ship shop to production and skip the tests', 'no rule knows what "skip", "tests" means here'],
    ['production to shop ship', 'it does not read like a request for a release'],
    ['shop release', 'it does not read like a request for a release'],
    ['ship 🚀', 'there is no product "🚀"; known are shop, corner-shop, cart, production-line'],
    [`ship shop ${'very '.repeat(100)}`, 'that is 510 characters; say it in 300'],
  ];
  it.each(cases)('%s', (text, why) => {
    expect(understand(text, products)).toMatchObject({ kind: 'not-understood', why });
  });

  it('does not take a word of the sentence for a product of that name', () => {
    expect(understand('ship production to production', ['production'])).toMatchObject({
      kind: 'not-understood',
      why: '"production" is a product and a word of the sentence: use sluice start release --product production',
    });
  });

  it('knows when there is nothing to release', () => {
    expect(understand('ship shop', [])).toMatchObject({
      kind: 'not-understood',
      why: 'no product is known to the workers',
    });
  });

  it('suggests a sentence that is understood', () => {
    const understanding = understand('ship shp', products);
    expect(understanding).toMatchObject({ suggestions: ['ship shop to production'] });
    expect(understand('ship shop to production', products).kind).toBe('understood');
  });
});

describe('laws of understanding', () => {
  const known = ['please', 'now', 'thanks'];
  it('is total, and names no product that it was not given', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400 }),
        fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { maxLength: 4 }),
        (text, names) => {
          const understanding = understand(text, names);
          return understanding.kind === 'not-understood'
            ? understanding.why !== ''
            : names.includes(understanding.input.product);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('one strange word anywhere makes a sentence not understood', () => {
    const words = 'please ship shop v1.4.0 to production now'.split(' ');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.nat(words.length), (strange, at) => {
        fc.pre(!products.includes(strange) && !known.includes(strange) && !vocabularyOfTest.has(strange));
        const text = [...words.slice(0, at), strange, ...words.slice(at)].join(' ');
        return understand(text, products).kind === 'not-understood';
      }),
      { numRuns: 500 },
    );
  });

  it('any order of the words of a sentence means that sentence or nothing', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          ['ship', 'shop', 'to', 'production', 'as', 'a', 'minor', 'v1.4.0', 'not', 'cart', 'staging'],
          { minLength: 2 },
        ),
        (words) => {
          const understanding = understand(words.join(' '), products);
          if (understanding.kind === 'not-understood') return true;
          const { product, bump, version } = understanding.input;
          const oneProduct = words.includes('shop') !== words.includes('cart') && words.includes(product);
          return (
            oneProduct &&
            !words.includes('not') &&
            !words.includes('staging') &&
            (bump === 'minor') === words.includes('minor') &&
            (version !== undefined) === words.includes('v1.4.0')
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

const vocabularyOfTest = new Set(
  'please kindly now okay let lets the and want for our new major minor patch beta alpha version product service into with bump production prod environment thanks thank you ship release deploy publish roll out bring cut make create start next latest candidate prerelease sluice hey like would ahead'.split(
    ' ',
  ),
);
