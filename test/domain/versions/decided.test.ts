import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedCommit } from '../../../src/domain/changes/commits.ts';
import { distance, levelOf, neededLevel, skips } from '../../../src/domain/versions/level.ts';
import { core, inc, latestRelease, sameCore, versionTags } from '../../../src/domain/versions/tags.ts';
import type { VersionRequest } from '../../../src/domain/versions/request.ts';
import { decideVersion, isLower } from '../../../src/domain/versions/version.ts';
import { parsed } from '../changes/commit.ts';

const decide = (request: Partial<VersionRequest>) =>
  decideVersion({ tags: ['v1.2.3'], commits: parsed('fix: x'), ...request });

describe('[RW-4] the plan of a version', () => {
  it.each<[Partial<VersionRequest>, object]>([
    [{}, { version: '1.2.4', tag: 'v1.2.4', bump: 'patch', previous: '1.2.3', prerelease: false }],
    [
      { bump: 'minor' },
      { version: '1.3.0', tag: 'v1.3.0', bump: 'minor', previous: '1.2.3', prerelease: false },
    ],
    [
      { version: '2.0.0-rc.1' },
      { version: '2.0.0-rc.1', tag: 'v2.0.0-rc.1', bump: 'prerelease', previous: '1.2.3', prerelease: true },
    ],
    [
      { bump: 'prerelease' },
      { version: '1.2.4-rc.1', tag: 'v1.2.4-rc.1', bump: 'prerelease', prerelease: true },
    ],
    // What is not a release yet is nothing that a version comes after, and names the version under way.
    [{ tags: ['v1.2.3-rc.1'] }, { version: '1.2.3', previous: undefined, bump: 'major' }],
    [
      { tags: [], packageVersion: '0.1.0' },
      { version: '0.1.0', previous: undefined, bump: 'minor' },
    ],
    [
      { tags: [], packageVersion: '0.0.2' },
      { version: '0.0.2', previous: undefined, bump: 'patch' },
    ],
  ])('%j is %j', (request, plan) => {
    const { prerelease, ...rest } = { prerelease: undefined, ...plan };
    expect(decide(request)).toMatchObject({
      ok: true,
      ...rest,
      ...(prerelease === undefined ? {} : { prerelease }),
    });
  });

  it.each<[string, Partial<VersionRequest>, string[]]>([
    ['a level that was asked for', { bump: 'major' }, ['major was asked for, from 1.2.3.']],
    ['a level without anything before', { bump: 'minor', tags: [] }, ['minor was asked for.']],
    ['a version that was asked for', { version: '3.0.0' }, ['3.0.0 was asked for.']],
    ['a first release', { tags: [] }, ['First release: there is no version tag yet.']],
    [
      'a first release of package.json',
      { tags: [], packageVersion: '0.4.0' },
      ['First release: package.json says 0.4.0.'],
    ],
    [
      'a version ahead',
      { packageVersion: '1.5.0' },
      ['package.json already says 1.5.0, which is not tagged yet.'],
    ],
    [
      'the same version as the commits ask for',
      { packageVersion: '1.2.4' },
      ['package.json already says 1.2.4, which is not tagged yet.'],
    ],
    [
      'a pre-release of nothing much',
      { bump: 'prerelease', commits: parsed('docs: x') },
      [
        'A pre-release was asked for; nothing since 1.2.3 asks for more than a patch.',
        'Pre-release rc of 1.2.4.',
      ],
    ],
    [
      'a pre-release by its name',
      { bump: 'major', preid: 'beta' },
      ['major was asked for, from 1.2.3.', 'Pre-release beta of 2.0.0.'],
    ],
  ])('says why: %s', (_, request, reasons) => {
    expect(decide(request)).toMatchObject({ ok: true, reasons });
  });

  const five = parsed('feat: a', 'feat: b', 'feat: c', 'feat: d', 'feat: e');
  const line = (commit: ParsedCommit) => `minor: ${commit.header} (${commit.sha.slice(0, 7)})`;
  it('names up to five decisive commits, and counts the others', () => {
    const more = parsed('feat: f', 'feat: g');
    const small = parsed('fix: h');
    expect(decide({ commits: [...small, ...five] })).toMatchObject({ reasons: five.map(line) });
    expect(decide({ commits: [...five, ...more] })).toMatchObject({
      reasons: [...five.map(line), '… and 2 more.'],
    });
  });

  it('says how 0.x is left', () => {
    const advice = 'Below 1.0.0 a breaking change raises the minor version; ask for major to leave 0.x.';
    const reasonsOf = (request: Partial<VersionRequest>) => {
      const plan = decide(request);
      return plan.ok ? plan.reasons : [];
    };
    const breaking = parsed('feat!: a');
    expect(reasonsOf({ tags: ['v0.2.3'], commits: breaking }).at(-1)).toBe(advice);
    expect(reasonsOf({ tags: ['v1.2.3'], commits: breaking })).not.toContain(advice);
    expect(reasonsOf({ tags: ['v0.2.3'], commits: parsed('feat: a') })).not.toContain(advice);
    expect(decide({ tags: ['v0.2.3'], commits: breaking, bump: 'major' })).toMatchObject({
      version: '1.0.0',
    });
  });

  it.each<[string, Partial<VersionRequest>, string]>([
    [
      'a pre-release that goes on',
      { preid: 'rc', bump: 'minor', tags: ['v1.2.3', 'v1.3.0-rc.9', 'v1.3.0-rc.10'] },
      '1.3.0-rc.11',
    ],
    ['one of another version', { preid: 'rc', bump: 'minor', tags: ['v1.2.3', 'v1.4.0-rc.3'] }, '1.3.0-rc.1'],
    ['one of another name', { preid: 'rc', bump: 'minor', tags: ['v1.2.3', 'v1.3.0-beta.3'] }, '1.3.0-rc.1'],
    ['one of a longer name', { preid: 'rc', bump: 'minor', tags: ['v1.2.3', 'v1.3.0-a.rc.3'] }, '1.3.0-rc.1'],
    [
      'a name of two parts',
      { preid: 'rc.hot', bump: 'minor', tags: ['v1.2.3', 'v1.3.0-rc.hot.3'] },
      '1.3.0-rc.hot.4',
    ],
    ['one without a number', { preid: 'rc', bump: 'minor', tags: ['v1.2.3', 'v1.3.0-rc.x'] }, 'not-higher'],
  ])('counts pre-releases: %s', (_, request, version) => {
    const plan = decide(request);
    expect(plan.ok ? plan.version : plan.problems[0]?.code).toBe(version);
  });
});

describe('[RW-4] a refusal says what to do', () => {
  it.each<[string, Partial<VersionRequest>, string]>([
    [
      'not a version',
      { version: 'latest' },
      "'latest' is not a semantic version: write it like 1.4.0 or 2.0.0-rc.1.",
    ],
    [
      'build metadata',
      { version: '1.4.0+5' },
      "'1.4.0+5' has build metadata, which does not tell two versions apart: write it like 1.4.0 or 2.0.0-rc.1.",
    ],
    [
      'a long text',
      { version: 'x'.repeat(200) },
      `'${'x'.repeat(100)}' is not a semantic version: write it like 1.4.0 or 2.0.0-rc.1.`,
    ],
    [
      'a bad name of a pre-release',
      { preid: 'a b' },
      "'a b' can't name a pre-release: use letters, digits and hyphens, such as rc or beta.",
    ],
    [
      'a version that is there',
      { version: '1.2.3' },
      '1.2.3 exists already: the tag v1.2.3 stands for it. Ask for a higher version.',
    ],
    [
      'a lower one',
      { version: '1.1.0', tags: ['v1.2.3', '1.3.0', 'v1.2.9'] },
      '1.1.0 is lower than 1.3.0, which is tagged 1.3.0: versions only go up.',
    ],
    [
      'nothing to release',
      { commits: parsed('docs: x', 'chore: y') },
      'Nothing to release: none of the 2 commits changes what users get since v1.2.3. Ask for a bump (patch, minor, major) or a version to release all the same.',
    ],
    [
      'no commits at all',
      { commits: [], tags: [] },
      'Nothing to release: there are no commits. Ask for a bump (patch, minor, major) or a version to release all the same.',
    ],
  ])('%s', (_, request, message) => {
    expect(decide(request)).toEqual({
      ok: false,
      problems: [expect.objectContaining({ message })],
    });
  });

  it.each<[string, Partial<VersionRequest>, string[]]>([
    [
      'a step that is less than the bump',
      { version: '1.2.4', bump: 'minor' },
      ['1.2.4 is a patch step, but minor was asked for as well: the version given wins.'],
    ],
    ['a version that is the bump', { version: '1.3.0', bump: 'minor', commits: parsed('feat: a') }, []],
    ['auto beside a version', { version: '1.2.4', bump: 'auto' }, []],
    ['prerelease beside a version', { version: '1.2.4-rc.1', bump: 'prerelease' }, []],
    [
      'two higher pre-releases',
      { tags: ['v1.2.3', 'v2.0.0-rc.1', 'v2.0.0-rc.2', 'v3.0.0-a.1', 'v3.0.0-a.2'] },
      ['Higher pre-releases are tagged already: v2.0.0-rc.1, v2.0.0-rc.2, v3.0.0-a.1.'],
    ],
    [
      'two commits of prose',
      { commits: parsed('Stuff', 'More stuff', 'fix: x') },
      ['2 of 3 commits are not conventional and count as patch: ask for minor or major if they bring more.'],
    ],
    [
      'one commit of prose',
      { commits: parsed('Stuff', 'fix: x') },
      ['1 of 2 commits is not conventional and counts as patch: ask for minor or major if it brings more.'],
    ],
    [
      'a major version that skips',
      { version: '4.0.0', commits: parsed('feat!: x') },
      ['4.0.0 leaves out versions: the next major after 1.2.3 is 2.0.0.'],
    ],
    [
      'more than the commits ask for',
      { bump: 'minor' },
      ['1.3.0 is a minor step, but the commits ask for no more than patch.'],
    ],
    [
      'a release without a reason',
      { bump: 'minor', commits: parsed('docs: x') },
      ['1.3.0 is a minor step, but the commits ask for no release.'],
    ],
    // What package.json or the commits say is nobody's wish: it can't go against one.
    ['a version ahead in package.json', { packageVersion: '1.3.0' }, []],
    [
      '0.x raised by less than the commits ask for',
      { tags: ['v0.2.3'], bump: 'patch', commits: parsed('feat!: x') },
      [
        expect.stringMatching(
          /^0\.2\.4 is a patch step, but the commits ask for minor: feat!: x \(c0ffee0\)\.$/,
        ) as string,
      ],
    ],
    ['a first version', { tags: [], version: '7.0.0' }, []],
  ])('warns of %s', (_, request, warnings) => {
    expect(decide(request)).toMatchObject({ ok: true, warnings });
  });
});

describe('[RW-4] what makes no version, or a smaller one', () => {
  it.each<[string, Partial<VersionRequest>, string]>([
    ['a version ahead without a commit', { packageVersion: '1.5.0', commits: [] }, 'nothing-to-release'],
    ['a pre-release without a commit', { bump: 'prerelease', commits: [] }, 'nothing-to-release'],
    ['a fix below 1.0.0', { tags: ['v0.2.3'], commits: parsed('fix: x') }, '0.2.4'],
  ])('%s', (_, request, version) => {
    const plan = decide(request);
    expect(plan.ok ? plan.version : plan.problems[0]?.code).toBe(version);
  });

  it.each<[string, Partial<VersionRequest>, RegExp]>([
    [
      'more than a fix below 1.0.0 asks for',
      { tags: ['v0.2.3'], bump: 'minor' },
      /ask for no more than patch/,
    ],
    ['a version that is more than the commits ask for', { version: '1.3.0' }, /ask for no more than patch/],
    [
      'the commit that asks for more',
      { bump: 'patch', commits: parsed('fix: a', 'feat: b') },
      /minor: feat: b \(/,
    ],
  ])('warns of %s', (_, request, warning) => {
    const plan = decide(request);
    expect(plan.ok && plan.warnings).toEqual([expect.stringMatching(warning)]);
  });
});

describe('levels', () => {
  it.each<[string, ReturnType<typeof levelOf>]>([
    ['feat: x', 'minor'],
    ['feat!: x', 'major'],
    ['docs!: x', 'major'],
    ['fix: x', 'patch'],
    ['perf: x', 'patch'],
    ['security: x', 'patch'],
    ['revert: x', 'patch'],
    ['improvement: x', 'patch'],
    ['deps: x', 'patch'],
    ['Something else', 'patch'],
    ['build(deps): bump x', 'patch'],
    ['chore(deps): bump x', 'patch'],
    ['chore: x', undefined],
    ['build: x', undefined],
    ['fix(deps): bump x', 'patch'],
    ['chore(dependencies): bump x', 'patch'],
    ['deps(dev): bump x', undefined],
    ['chore(deps-dev): bump x', undefined],
    ['ci(deps): bump x', undefined],
    ['test(deps): bump x', undefined],
    ['style(deps): bump x', undefined],
    ['docs(deps): bump x', undefined],
    ['docs: x', undefined],
    ['docs(api): x', undefined],
    ['ci: x', undefined],
    ['test: x', undefined],
    ['style: x', undefined],
    ['refactor: x', undefined],
  ])('%s asks for %s', (subject, level) => {
    expect(parsed(subject).map(levelOf)).toEqual([level]);
  });

  it('the highest one counts, in whatever order', () => {
    const order = ['none', 'patch', 'minor', 'major'];
    const subject = fc.constantFrom('docs: x', 'fix: x', 'feat: x', 'feat!: x');
    fc.assert(
      fc.property(fc.array(subject), (subjects) => {
        const commits = parsed(...subjects);
        const highest = commits.map((commit) => order.indexOf(levelOf(commit) ?? 'none'));
        expect(neededLevel(commits) ?? 'none').toBe(order[Math.max(0, ...highest)]);
      }),
    );
  });

  it.each([
    ['1.2.3', '1.2.4', 'patch'],
    ['1.2.3', '1.3.0', 'minor'],
    ['1.2.3', '2.2.3', 'major'],
    ['1.2.3', '2.0.0-rc.1', 'major'],
    [undefined, '0.0.1', 'patch'],
    [undefined, '0.1.0', 'minor'],
    [undefined, '1.0.0', 'major'],
  ])('from %s to %s is %s', (from, to, level) => {
    expect(distance(from, to)).toBe(level);
  });

  it.each([
    ['1.2.3', '1.2.4', 'patch', false],
    ['1.2.3', '1.2.5', 'patch', true],
    ['1.2.3', '1.3.0', 'minor', false],
    ['1.2.3', '1.3.1', 'minor', true],
    ['1.2.3', '1.3.0-rc.7', 'minor', false],
    ['1.2.3', '2.1.0', 'major', true],
  ] as const)('from %s to %s, a step of %s, leaves out others: %s', (from, to, jump, left) => {
    expect(skips(from, to, jump)).toBe(left);
  });
});

describe('tags', () => {
  it.each<[string[], string | undefined]>([
    [['v1.2.3', 'v1.10.0', 'v1.9.0'], 'v1.10.0'],
    [['1.2.3', 'v1.2.3'], 'v1.2.3'],
    [['v1.2.3', '1.2.3'], 'v1.2.3'],
    [['v1.2.3', 'v2.0.0-rc.1'], 'v1.2.3'],
    [['v2', 'release-1.2.3', 'vv1.2.3', '=1.2.3', ' v1.2.3', 'x1.0.0'], undefined],
    [[], undefined],
  ])('of %j the last release is %s', (tags, tag) => {
    expect(latestRelease(tags)?.tag).toBe(tag);
  });

  it('that are versions are kept by their names', () => {
    const tags = versionTags(['v1.2.3', 'nightly', '2.0.0-rc.1']);
    expect(tags.map(({ tag, version }) => [tag, version.version])).toEqual([
      ['v1.2.3', '1.2.3'],
      ['2.0.0-rc.1', '2.0.0-rc.1'],
    ]);
  });

  it('a version is counted up, and one that is none stays what it is', () => {
    expect(inc('1.2.3', 'patch')).toBe('1.2.4');
    expect(inc('1.2.3', 'minor')).toBe('1.3.0');
    expect(inc('1.2.3', 'major')).toBe('2.0.0');
    expect(inc('next', 'major')).toBe('next');
  });

  it('the core of a version is the same for all its pre-releases', () => {
    expect(core('1.2.3-rc.1')).toBe('1.2.3');
    expect(core('1.2.3')).toBe('1.2.3');
    expect(sameCore('1.2.3-rc.1', '1.2.3-beta.2')).toBe(true);
    expect(sameCore('1.2.3', '1.2.4')).toBe(false);
  });

  it.each([
    ['1.2.3', '1.2.4', true],
    ['1.2.3-rc.1', '1.2.3', true],
    ['1.2.3', '1.2.3', false],
    ['1.2.4', '1.2.3', false],
    ['next', '1.2.3', false],
    ['1.2.3', 'next', false],
  ])('%s is lower than %s: %s', (version, other, lower) => {
    expect(isLower(version, other)).toBe(lower);
  });
});
