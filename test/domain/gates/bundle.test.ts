import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bundle, BundleSubject } from '../../../src/domain/gates/bundle.ts';
import { assessRisk, bundleDigest, changedSince } from '../../../src/domain/gates/bundle.ts';

type Facts = Parameters<typeof assessRisk>[0];
const facts: Facts = { breaking: 0, migrations: [], changes: 3, concerns: [], firstRelease: false };

describe('[RW-8] the risk of a release', () => {
  it.each<[string, Partial<Facts>, Bundle['risk']['level'], string[]]>([
    ['small', {}, 'low', ['small, without database or breaking changes']],
    ['nothing at all', { changes: 0 }, 'low', ['small, without database or breaking changes']],
    ['a breaking change', { breaking: 1 }, 'high', ['it contains 1 breaking change']],
    ['several', { breaking: 2 }, 'high', ['it contains 2 breaking changes']],
    ['a migration', { migrations: ['1.sql'] }, 'medium', ['it changes the database (1 new migration)']],
    ['several', { migrations: ['1.sql', '2.sql'] }, 'medium', ['it changes the database (2 new migrations)']],
    [
      'a first release',
      { firstRelease: true },
      'medium',
      ['it is the first release to production: there is no earlier version to go back to'],
    ],
    [
      'a main that was rewritten',
      { dropped: ['a'.repeat(40), 'b'.repeat(40)] },
      'high',
      [
        'main was rewritten after it was made, and no longer has aaaaaaaaaa, bbbbbbbbbb, which this release still holds',
      ],
    ],
    [
      'a version that was taken back before',
      { takenBack: ['v2.0.0 was taken back in production on 2026-03-02 11:30 UTC: prices are wrong.'] },
      'high',
      ['v2.0.0 was taken back in production on 2026-03-02 11:30 UTC: prices are wrong'],
    ],
    [
      'production runs what is not part of the history any more',
      { rewritten: true },
      'medium',
      [
        'what runs there is not part of the history any more: what is new could only be counted from the tag before',
      ],
    ],
    ['3,000 changes', { changes: 3_000 }, 'medium', ['it is large (3,000 changes)']],
    ['30 changes', { changes: 30 }, 'low', ['small, without database or breaking changes']],
    ['31 changes', { changes: 31 }, 'medium', ['it is large (31 changes)']],
    ['a concern', { concerns: ['slow'] }, 'medium', ['1 concern raised on the way']],
    [
      'everything, the worst first',
      { breaking: 1, migrations: ['1.sql'], changes: 40, concerns: ['a', 'b'], firstRelease: true },
      'high',
      [
        'it contains 1 breaking change',
        'it changes the database (1 new migration)',
        'it is the first release to production: there is no earlier version to go back to',
        'it is large (40 changes)',
        '2 concerns raised on the way',
      ],
    ],
  ])('%s: %j', (_, some, level, reasons) => {
    expect(assessRisk({ ...facts, ...some })).toEqual({ level, reasons });
  });
});

const subject: BundleSubject = {
  commit: 'a'.repeat(40),
  artifacts: ['shop.tgz sha256:1'],
  migrations: ['migrations/1.sql', 'migrations/2.sql'],
  configurationDigest: 'c'.repeat(64),
};

describe('[BY-1] what makes an approval void', () => {
  it.each<[string, Partial<BundleSubject>, string[]]>([
    ['nothing', {}, []],
    ['another commit', { commit: 'b'.repeat(40) }, ['the commit changed from aaaaaaaaaa to bbbbbbbbbb']],
    [
      'a commit whose beginning is the same',
      { commit: `${'a'.repeat(39)}b` },
      ['the commit changed from aaaaaaaaaa to aaaaaaaaaa'],
    ],
    [
      'another artifact',
      { artifacts: ['shop.tgz sha256:2', 'docs.tgz'] },
      ['the artifacts changed from shop.tgz sha256:1 to shop.tgz sha256:2, docs.tgz'],
    ],
    ['no artifact', { artifacts: [] }, ['the artifacts changed from shop.tgz sha256:1 to none']],
    [
      'another migration',
      { migrations: ['migrations/1.sql'] },
      ['the migrations changed from migrations/1.sql, migrations/2.sql to migrations/1.sql'],
    ],
    [
      'the same ones in another order',
      { migrations: ['migrations/2.sql', 'migrations/1.sql'] },
      [
        'the migrations changed from migrations/1.sql, migrations/2.sql to migrations/2.sql, migrations/1.sql',
      ],
    ],
    [
      'another configuration',
      { configurationDigest: 'd'.repeat(64) },
      ['the configuration changed from cccccccccccc to dddddddddddd'],
    ],
    [
      'a main that was rewritten',
      { dropped: Array.from({ length: 7 }, (_, at) => String(at).repeat(40)) },
      [
        'main was rewritten and no longer has 0000000000, 1111111111, 2222222222, 3333333333, 4444444444 and 2 more',
      ],
    ],
    [
      'everything',
      { commit: 'b'.repeat(40), artifacts: [], migrations: [], configurationDigest: 'd'.repeat(64) },
      [
        'the commit changed from aaaaaaaaaa to bbbbbbbbbb',
        'the artifacts changed from shop.tgz sha256:1 to none',
        'the migrations changed from migrations/1.sql, migrations/2.sql to none',
        'the configuration changed from cccccccccccc to dddddddddddd',
      ],
    ],
  ])('%s', (_, change, objections) => {
    expect(changedSince(subject, { ...subject, ...change })).toEqual(objections);
  });

  it('a main that has everything again is another one than what was approved', () => {
    expect(changedSince({ ...subject, dropped: ['a'.repeat(40)] }, subject)).toEqual([
      'main has all of its commits again',
    ]);
  });

  it('where there was none before, it says so', () => {
    expect(changedSince({ ...subject, migrations: [] }, subject)).toEqual([
      'the migrations changed from none to migrations/1.sql, migrations/2.sql',
    ]);
  });

  it('two subjects are the same exactly where nothing changed between them', () => {
    const text = fc.constantFrom('a', 'b', 'a, b');
    const any = fc.record({
      commit: text,
      artifacts: fc.array(text, { maxLength: 2 }),
      migrations: fc.array(text, { maxLength: 2 }),
      configurationDigest: text,
    });
    fc.assert(
      fc.property(any, any, (before, after) => {
        const same = JSON.stringify(before) === JSON.stringify(after);
        expect(changedSince(before, after).length === 0).toBe(same);
        expect(changedSince(before, before)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('[RW-8] the digest of a bundle', () => {
  const bundle: Bundle = {
    ...subject,
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    previousVersion: '1.0.0',
    scope: ['feat: a basket'],
    successCriteria: ['healthy at /health'],
    risk: { level: 'low', reasons: ['small'] },
    rollbackPlan: ['traffic goes back'],
  };

  it('is that of the same bundle, however it is written down', () => {
    const turned = Object.fromEntries(Object.entries(bundle).toReversed()) as unknown as Bundle;
    expect(bundleDigest(turned)).toBe(bundleDigest(bundle));
    expect(bundleDigest(bundle)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another one whatever changes of it', () => {
    const others = Object.keys(bundle).map((key) => bundleDigest({ ...bundle, [key]: 'another' }));
    expect(new Set([...others, bundleDigest(bundle)]).size).toBe(others.length + 1);
  });
});
