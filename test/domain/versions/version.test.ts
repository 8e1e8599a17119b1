import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import type { Bump, VersionRequest } from '../../../src/domain/versions/request.ts';
import { decideVersion, latestRelease } from '../../../src/domain/versions/version.ts';
import { parsed } from '../changes/commit.ts';

const decide = (request: Partial<VersionRequest>) => decideVersion({ tags: [], commits: [], ...request });
const version = (request: Partial<VersionRequest>) => {
  const plan = decide(request);
  return plan.ok ? plan.version : plan.problems.map(({ code }) => code).join();
};

describe('[RW-4] the version from the commits', () => {
  it.each<[string, string[], string[], string]>([
    ['a fix is a patch', ['v1.2.3'], ['fix: x'], '1.2.4'],
    ['a feature is minor', ['v1.2.3'], ['fix: x', 'feat: y'], '1.3.0'],
    ['breaking is major', ['v1.2.3'], ['feat!: x', 'fix: y'], '2.0.0'],
    ['breaking below 1.0.0 is minor', ['v0.2.3'], ['feat!: x'], '0.3.0'],
    ['a feature below 1.0.0 is minor', ['v0.2.3'], ['feat: x'], '0.3.0'],
    ['prose is a patch', ['v1.2.3'], ['Something changed'], '1.2.4'],
    ['a dependency update is a patch', ['v1.2.3'], ['build(deps): bump x from 1 to 2'], '1.2.4'],
    [
      'a development dependency is nothing',
      ['v1.2.3'],
      ['build(deps-dev): bump x from 1 to 2'],
      'nothing-to-release',
    ],
    ['housekeeping is nothing', ['v1.2.3'], ['docs: x', 'chore: y', 'ci: z'], 'nothing-to-release'],
    ['no commits are nothing', ['v1.2.3'], [], 'nothing-to-release'],
    [
      'the highest tag counts, not the last',
      ['v1.10.0', 'v1.9.0', 'x', 'v2', 'v1.2.3.4'],
      ['fix: x'],
      '1.10.1',
    ],
    ['tags without v count', ['1.2.3'], ['fix: x'], '1.2.4'],
    ['pre-releases lead to their version', ['v1.2.3', 'v1.3.0-rc.2'], ['feat: x'], '1.3.0'],
    ['a first release is 1.0.0', ['nightly'], ['chore: begin'], '1.0.0'],
    ['nothing at all is nothing', [], [], 'nothing-to-release'],
  ])('%s', (_, tags, subjects, expected) => {
    expect(version({ tags, commits: parsed(...subjects) })).toBe(expected);
  });

  it('explains itself by the decisive commits', () => {
    expect(decide({ tags: ['v1.2.3'], commits: parsed('fix: a', 'feat(cart): totals (#12)') })).toMatchObject(
      {
        tag: 'v1.3.0',
        bump: 'minor',
        previous: '1.2.3',
        warnings: [],
        reasons: [expect.stringMatching(/^minor: feat\(cart\): totals \(#12\) \(c0ffee0\)$/)],
      },
    );
  });

  it.each<[string, Partial<VersionRequest>, string]>([
    ['takes the first version from package.json', { packageVersion: '0.4.0' }, '0.4.0'],
    ['unless it is 0.0.0', { packageVersion: '0.0.0' }, '1.0.0'],
    ['or nonsense', { packageVersion: 'next' }, '1.0.0'],
    ['a pre-release there leads to its version', { packageVersion: '2.0.0-beta.1' }, '2.0.0'],
    ['asked for, it counts from there', { packageVersion: '0.4.0', bump: 'minor' }, '0.5.0'],
    ['asked for without anything, from nothing', { bump: 'minor' }, '0.1.0'],
    ['a version that a person put ahead is taken', { packageVersion: '1.5.0', tags: ['v1.2.3'] }, '1.5.0'],
    [
      'unless the commits need more',
      { packageVersion: '1.2.9', tags: ['v1.2.3'], commits: parsed('feat: x') },
      '1.3.0',
    ],
    ['or it is tagged', { packageVersion: '1.2.3', tags: ['v1.2.3'] }, '1.2.4'],
    ['or it is old', { packageVersion: '1.0.0', tags: ['v1.2.3'] }, '1.2.4'],
  ])('package.json: %s', (_, request, expected) => {
    expect(version({ commits: parsed('fix: x'), ...request })).toBe(expected);
  });
});

describe('[RW-4] the version as asked', () => {
  const tags = ['v1.2.3'];
  it.each<[Partial<VersionRequest>, string]>([
    [{ bump: 'patch' }, '1.2.4'],
    [{ bump: 'minor' }, '1.3.0'],
    [{ bump: 'major' }, '2.0.0'],
    [{ bump: 'prerelease' }, '1.2.4-rc.1'],
    [{ bump: 'prerelease', commits: parsed('feat: x') }, '1.3.0-rc.1'],
    [
      { bump: 'prerelease', commits: parsed('feat: x'), tags: ['v1.2.3', 'v1.3.0-rc.1', 'v1.3.0-beta.7'] },
      '1.3.0-rc.2',
    ],
    [{ bump: 'prerelease', commits: parsed('feat!: x'), tags: ['v1.2.3', 'v1.3.0-rc.1'] }, '2.0.0-rc.1'],
    [{ bump: 'prerelease', preid: 'beta', commits: parsed('docs: x') }, '1.2.4-beta.1'],
    [{ bump: 'major', preid: 'alpha' }, '2.0.0-alpha.1'],
    [{ bump: 'prerelease', tags: [] }, '1.0.0-rc.1'],
    [{ version: ' v3.0.0 ' }, '3.0.0'],
    [{ version: '1.3.0-rc.5' }, '1.3.0-rc.5'],
    [{ version: '1.2.3' }, 'exists'],
    [{ version: '1.2.2' }, 'not-higher'],
    [{ version: '1.2.3-rc.1' }, 'not-higher'],
    [{ version: '1.3.0-rc.1', tags: ['v1.2.3', 'v1.3.0-rc.2'] }, 'not-higher'],
    [{ version: '1.3.0+build.5' }, 'not-semver'],
    [{ version: '' }, 'not-semver'],
    [{ version: 'latest' }, 'not-semver'],
    [{ version: '9'.repeat(100_000) }, 'not-semver'],
    [{ version: 'x', preid: 'ä ö' }, 'bad-preid,not-semver'],
    [{ version: '1.2.3', preid: 'ä ö' }, 'bad-preid,exists'],
    [{ bump: 'prerelease', preid: '' }, 'bad-preid'],
  ])('%j is %s', (request, expected) => {
    expect(version({ tags, commits: parsed('fix: x'), ...request })).toBe(expected);
  });

  it.each<[string, Partial<VersionRequest>, RegExp[]]>([
    [
      'less than the commits ask for',
      { bump: 'patch', commits: parsed('feat!: gone') },
      [/1\.2\.4 is a patch step, but the commits ask for major: feat!: gone/],
    ],
    ['a version that is less', { version: '1.2.4', commits: parsed('feat: x') }, [/ask for minor/]],
    ['more than the commits ask for', { bump: 'major', commits: parsed('fix: x') }, [/no more than patch/]],
    ['a release of nothing', { bump: 'patch', commits: parsed('docs: x') }, [/no release/]],
    [
      'a version that skips',
      { version: '1.5.0', commits: parsed('feat: x') },
      [/leaves out versions: the next minor after 1\.2\.3 is 1\.3\.0/],
    ],
    [
      'a version against the bump',
      { version: '1.3.0', bump: 'major', commits: parsed('feat: x') },
      [/the version given wins/],
    ],
    ['prose', { bump: 'auto', commits: parsed('Stuff') }, [/1 of 1 commits is not conventional/]],
    [
      'higher pre-releases',
      { bump: 'minor', tags: ['v1.2.3', 'v2.0.0-rc.1'], commits: parsed('feat: x') },
      [/v2\.0\.0-rc\.1/],
    ],
    ['nothing where all agrees', { bump: 'minor', commits: parsed('feat: x') }, []],
    ['nothing where 0.x is raised as it should be', { tags: ['v0.1.0'], commits: parsed('feat!: x') }, []],
  ])('warns of %s', (_, request, expected) => {
    const plan = decide({ tags, ...request });
    expect(plan.ok && plan.warnings).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(plan.ok && plan.warnings[index]).toMatch(pattern));
  });
});

describe('laws', () => {
  const part = fc.nat({ max: 30 });
  const core = fc.tuple(part, part, part).map((parts) => parts.join('.'));
  const tag = fc.oneof(
    core.map((v) => `v${v}`),
    fc.tuple(core, fc.constantFrom('rc', 'beta'), part).map(([v, id, n]) => `v${v}-${id}.${n}`),
    fc.string(),
  );
  const subject = fc.constantFrom('feat: a', 'fix: b', 'feat!: c', 'docs: d', 'prose', 'chore(deps): e');
  const request = fc.record({
    tags: fc.array(tag, { maxLength: 6 }),
    commits: fc.array(subject, { maxLength: 5 }).map((subjects) => parsed(...subjects)),
    packageVersion: fc.option(fc.oneof(core, fc.string()), { nil: undefined }),
    bump: fc.option(fc.constantFrom<Bump>('auto', 'major', 'minor', 'patch', 'prerelease'), {
      nil: undefined,
    }),
    preid: fc.option(fc.constantFrom('rc', 'beta', 'x y'), { nil: undefined }),
    version: fc.option(fc.oneof(core, fc.string()), { nil: undefined, freq: 4 }),
  });

  it('[RW-4] versions only go up, are never tagged already, and a refusal says why', () => {
    fc.assert(
      fc.property(request, (given) => {
        const plan = decideVersion(given);
        if (!plan.ok) {
          expect(plan.problems.every(({ message }) => message.length > 10)).toBe(true);
          return;
        }
        const latest = latestRelease(given.tags);
        expect(semver.valid(plan.version)).toBe(plan.version);
        if (latest) expect(semver.gt(plan.version, latest.version)).toBe(true);
        expect(
          given.tags.every((other) => semver.valid(other) === null || !semver.eq(other, plan.version)),
        ).toBe(true);
        expect(plan.reasons.length).toBeGreaterThan(0);
        expect(
          decideVersion({ ...given, tags: [...given.tags, plan.tag], version: plan.version }),
        ).toMatchObject({ ok: false });
      }),
      { numRuns: 2_000 },
    );
  });

  it('[RW-4] without wishes, more commits never make a lower version', () => {
    fc.assert(
      fc.property(
        fc.array(tag, { maxLength: 4 }),
        fc.array(subject),
        fc.array(subject),
        (tags, some, more) => {
          const a = decideVersion({ tags, commits: parsed(...some) });
          const b = decideVersion({ tags, commits: parsed(...some, ...more) });
          if (a.ok) expect(b.ok && semver.gte(b.version, a.version)).toBe(true);
        },
      ),
    );
  });
});
