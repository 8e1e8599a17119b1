import { describe, expect, it } from 'vitest';
import type { VersionRequest } from '../../../src/domain/versions/request.ts';
import { findTagScheme } from '../../../src/domain/versions/tag-prefix.ts';
import { latestPrerelease, tagFor, tagOf, versionTags } from '../../../src/domain/versions/tags.ts';
import { decideVersion } from '../../../src/domain/versions/version.ts';
import { parsed } from '../changes/commit.ts';

const names = ['shop', '@acme/shop-web'];
const find = (tags: string[], configured?: string) => findTagScheme(tags, { configured, names });

describe('[RW-4] how the tags of a product are called', () => {
  it.each<[string, string[], string]>([
    ['nothing yet', [], ''],
    ['no versions', ['nightly', 'v2', 'shop-latest', 'x1.2'], ''],
    ['plain tags', ['v1.0.0', '0.9.0'], ''],
    ['the product and a letter', ['shop-v1.4.0'], 'shop-'],
    ['the product alone', ['shop-1.4.0', 'shop-1.5.0-rc.1'], 'shop-'],
    ['the product as a package', ['shop@1.4.0'], 'shop@'],
    ['a package in a scope', ['@acme/shop-web@1.4.0'], '@acme/shop-web@'],
    ['the name in package.json', ['shop-web/v1.4.0'], 'shop-web/'],
    ['capital letters', ['Shop-1.4.0'], 'Shop-'],
    ['a word that says nothing', ['release-1.4.0'], 'release-'],
    ['a word right before the number', ['rel1.4.0'], 'rel'],
    ['other products beside it', ['api-v3.0.0', 'api-v3.1.0', 'shop-v1.4.0'], 'shop-'],
  ])('%s', (_, tags, prefix) => {
    expect(find(tags)).toEqual({ ok: true, prefix, warnings: [] });
  });

  it.each<[string, string[]]>([
    ['another product alone', ['api-v3.0.0']],
    ['two other products', ['api-v3.0.0', 'web-v1.0.0']],
    ['two that may be it', ['shop-v1.4.0', 'shop@1.5.0']],
    ['two words that say nothing', ['release-1.4.0', 'version-1.0.0']],
  ])('asks where it is not plain: %s', (_, tags) => {
    const scheme = find(tags);
    expect(scheme).toMatchObject({ ok: false });
    for (const tag of tags) expect(!scheme.ok && scheme.question).toContain(tag.replace(/v?\d.*/, '…'));
    expect(find(tags, 'shop-')).toEqual({ ok: true, prefix: 'shop-', warnings: [] });
    expect(find(tags, '')).toMatchObject({ prefix: '' });
  });

  it('names at most five', () => {
    const tags = 'abcdefg'.split('').map((letter) => `${letter}-v1.0.0`);
    expect(find(tags)).toMatchObject({
      question: expect.stringMatching(/called a-…, b-…, c-…, d-…, e-…, and 2 more\./) as string,
    });
  });

  it('says where plain ones and those of the product are there', () => {
    expect(find(['v1.0.0', 'shop-v2.0.0'])).toMatchObject({
      prefix: '',
      warnings: [expect.stringContaining('shop-…')],
    });
    expect(find(['v1.0.0', 'sub/dir/v2.0.0'])).toMatchObject({ prefix: '', warnings: [] });
  });

  it('finds and makes tags', () => {
    const tags = ['v9.0.0', 'shop-v1.4.0', 'shop-v1.5.0-rc.2', 'shop-x', 'shop-1.3.0'];
    expect(versionTags(tags, 'shop-').map(({ tag }) => tag)).toEqual([
      'shop-v1.4.0',
      'shop-v1.5.0-rc.2',
      'shop-1.3.0',
    ]);
    expect(latestPrerelease(tags, 'shop-')?.version).toBe('1.5.0-rc.2');
    expect(tagOf('1.3.0', tags, 'shop-')).toBe('shop-1.3.0');
    expect(tagOf('9.0.0', tags, 'shop-')).toBeUndefined();
    expect(tagOf('1.0.0', ['1.0.0', 'v1.0.0'])).toBe('v1.0.0');
    expect(tagFor('2.0.0', tags, 'shop-')).toBe('shop-v2.0.0');
    expect(tagFor('2.0.0', ['shop@1.0.0'], 'shop@')).toBe('shop@2.0.0');
    expect(tagFor('2.0.0', [], 'shop-v')).toBe('shop-v2.0.0');
    expect(tagFor('2.0.0', ['1.0.0'])).toBe('v2.0.0');
  });
});

describe('[RW-4] versions by the tags of a product', () => {
  const decide = (request: Partial<VersionRequest>) =>
    decideVersion({ tags: [], commits: parsed('fix: x'), ...request });

  it.each<[string, Partial<VersionRequest>, object]>([
    [
      'a prefix',
      { tags: ['v9.0.0', 'shop-v1.4.0'], tagPrefix: 'shop-' },
      { version: '1.4.1', tag: 'shop-v1.4.1', previous: '1.4.0', warnings: [] },
    ],
    ['only pre-releases', { tags: ['v0.1.0-beta.1'], packageVersion: '0.1.0-beta.1' }, { version: '0.1.0' }],
    [
      'the next of them',
      { tags: ['v0.1.0-beta.1'], packageVersion: '0.1.0-beta.1', preid: 'beta' },
      { version: '0.1.0-beta.2' },
    ],
    [
      'only pre-releases and a higher wish',
      { tags: ['v0.1.0-beta.1'], packageVersion: '0.2.0' },
      { version: '0.2.0' },
    ],
    [
      'only pre-releases and a lower package.json',
      { tags: ['v0.2.0-beta.1'], packageVersion: '0.1.0' },
      { version: '0.2.0' },
    ],
    [
      'only pre-releases, a minor one asked for',
      { tags: ['v1.0.0-rc.1'], bump: 'minor' },
      { version: '1.0.0' },
    ],
    [
      'a higher tag on a side branch',
      { tags: ['v1.1.0', 'v2.0.0'], elsewhere: ['v2.0.0'] },
      {
        version: '1.1.1',
        warnings: [expect.stringMatching(/^v2\.0\.0 is higher than v1\.1\.0 and not in main's history/)],
      },
    ],
    [
      'a lower tag on a side branch',
      { tags: ['v1.1.0', 'v1.0.1'], elsewhere: ['v1.0.1'] },
      { version: '1.1.1', warnings: [] },
    ],
    [
      'the next version is taken on a side branch',
      { tags: ['v1.1.0', 'v1.1.1', 'v1.1.2'], elsewhere: ['v1.1.1', 'v1.1.2'] },
      {
        version: '1.1.3',
        reasons: expect.arrayContaining(['v1.1.1, v1.1.2 are tagged beside this history.']) as string[],
      },
    ],
    [
      'every tag on side branches',
      { tags: ['v1.1.0', 'v1.2.0'], elsewhere: ['v1.1.0', 'v1.2.0'] },
      { version: '1.2.1', previous: '1.2.0', warnings: [expect.stringContaining("not in main's history")] },
    ],
    [
      'other dependencies than before',
      {
        tags: ['v1.0.0'],
        commits: parsed('chore: tidy'),
        dependencies: [{ name: 'money', from: '^1.0.0', to: '^1.0.7' }],
      },
      { version: '1.0.1', reasons: ['patch: users get other dependencies: money ^1.0.0 → ^1.0.7.'] },
    ],
    [
      'a new feature beside other dependencies',
      {
        tags: ['v1.0.0'],
        commits: parsed('feat: x'),
        dependencies: [{ name: 'money', from: undefined, to: '1' }],
      },
      { version: '1.1.0' },
    ],
    [
      'a type that nobody knows',
      { tags: ['v1.0.0'], commits: parsed('samples: x', 'samples: y', 'notes: z', 'feat: a') },
      {
        version: '1.1.0',
        warnings: [
          '3 of 4 commits have a type that Sluice does not know (samples, notes) and count as patch: release.types in sluice.yaml says what it does.',
        ],
      },
    ],
    [
      'doubts, and not too many of them',
      { tags: ['v1.0.0'], doubts: Array.from({ length: 12 }, (_, at) => `doubt ${at}`) },
      { warnings: [...Array.from({ length: 10 }, (_, at) => `doubt ${at}`), '… and 2 more such commits.'] },
    ],
  ])('%s', (_, request, plan) => {
    expect(decide(request)).toMatchObject({ ok: true, ...plan });
  });

  it('a version of a side branch is not made again', () => {
    expect(decide({ tags: ['v1.1.0', 'v2.0.0'], elsewhere: ['v2.0.0'], version: '2.0.0' })).toMatchObject({
      ok: false,
      problems: [{ code: 'exists' }],
    });
    expect(decide({ tags: ['v1.1.0', 'v2.0.0'], elsewhere: ['v2.0.0'], version: '1.3.0' })).toMatchObject({
      ok: true,
    });
  });

  it('what could be meant is told where there is nothing to release', () => {
    const commits = parsed('docs: x');
    expect(decide({ tags: ['v1.0.0'], commits, doubts: ['Look at it.'] })).toMatchObject({
      problems: [
        {
          message: expect.stringMatching(
            /^Nothing to release: the only commit changes nothing that users get since v1\.0\.0\..* Look at it\.$/,
          ) as string,
        },
      ],
    });
  });
});
