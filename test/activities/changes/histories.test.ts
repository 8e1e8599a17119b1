import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { History } from './history.ts';

let root: string;
let made = 0;
const begin = (tag?: string) => new History(join(root, `${(made += 1)}`), tag);
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-histories-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

interface Expected {
  readonly version: string;
  readonly listed: readonly string[];
  /** One pattern a warning, in order. */
  readonly told?: readonly RegExp[];
}

describe('[RW-4] what git itself writes is told rightly', () => {
  it.each<[string, (history: History) => void, Expected]>([
    [
      'reverted and applied again',
      (h) => {
        const revert = (h.commit('feat!: no more old checkout'), h.revert('HEAD'));
        h.git('revert', '--no-commit', 'HEAD');
        h.commit(`Reapply "feat!: no more old checkout"\n\nThis reverts commit ${revert}.`, {});
      },
      { version: '2.0.0', listed: ['Breaking: no more old checkout'] },
    ],
    [
      'a merge that was taken back',
      (h) => {
        h.merge('Merge pull request #12 from ada/coupons', 'feat: coupons', 'fix: round coupons');
        h.commit('fix: another thing');
        h.revert('-m', '1', 'HEAD~1');
      },
      { version: '1.0.1', listed: ['Fixed: another thing'] },
    ],
    [
      'a merge beside its commits',
      (h) => h.merge('Merge pull request #7 from ada/topic\n\nfeat: wrapping', 'feat(basket): wrapping.'),
      { version: '1.1.0', listed: ['Added: **basket**: wrapping. (#7)'] },
    ],
    [
      'a branch that merged main and a branch of its own',
      (h) => {
        h.git('checkout', '--quiet', '-b', 'long');
        h.commit('feat: long');
        h.git('checkout', '--quiet', 'main');
        h.commit('fix: on main');
        h.git('checkout', '--quiet', 'long');
        h.git('merge', '--quiet', '--no-ff', 'main', '--message', "Merge branch 'main' into long");
        h.commit('fix: long');
        h.git('checkout', '--quiet', 'main');
        h.git('merge', '--quiet', '--no-ff', 'long', '--message', 'Merge pull request #9 from ada/long');
      },
      { version: '1.1.0', listed: ['Added: long (#9)', 'Fixed: long (#9)', 'Fixed: on main'] },
    ],
    [
      'a first paragraph of two lines',
      (h) => h.commit('fix: sums of empty carts\nThey were not numbers.'),
      { version: '1.0.1', listed: ['Fixed: sums of empty carts'] },
    ],
    [
      'a note right under the header',
      (h) => h.commit('build: newer runtime\nBREAKING CHANGE: runtime 18 is too old'),
      { version: '2.0.0', listed: ['Breaking: newer runtime. runtime 18 is too old'] },
    ],
    [
      'a note without a colon',
      (h) => h.commit('feat: a basket\n\nBREAKING CHANGE\nSums are in cents.'),
      { version: '1.1.0', listed: ['Added: a basket'], told: [/^"BREAKING CHANGE" does not count/] },
    ],
    [
      'a line that would hide a commit',
      (h) => h.commit('feat!: all anew\n\nSluice-Run: release/shop/v1.0.0 1'),
      { version: '2.0.0', listed: ['Breaking: all anew'] },
    ],
    [
      'a revert of what was released',
      (h) => {
        h.commit('feat: express');
        h.git('tag', 'v1.1.0');
        h.revert('HEAD');
        h.commit('feat: express');
      },
      { version: '1.2.0', listed: ['Added: express', 'Changed: Taken back: express'] },
    ],
    [
      'the type revert',
      (h) => h.commit('revert: offer express'),
      { version: '1.0.1', listed: ['Changed: Taken back: offer express'] },
    ],
    [
      'version commits of another tool',
      (h) => [h.commit('fix: rounding'), h.commit('2.0.0-rc.1'), h.commit('Release v2.0.0-rc.2')],
      {
        version: '1.0.1',
        listed: ['Fixed: rounding'],
        told: [/^2 commits are left out .* by the message alone/],
      },
    ],
    [
      'merges of other hosts without what they brought',
      (h) => [h.commit('Merged in a/b (pull request #12)'), h.commit("Merge branches 'a' and 'b'")],
      {
        version: 'nothing-to-release',
        listed: [],
        told: [/^Nothing to release: there are no commits.*2 commits are left out/],
      },
    ],
    [
      'a security advisory, which its code host squashes under the title of a merge',
      (h) => h.commit('Merge commit from fork\n\n* fix: compare tokens in constant time'),
      { version: '1.0.1', listed: ['Changed: Merge commit from fork'], told: [/^1 of 1 commits is not/] },
    ],
    [
      'a message with a byte order mark',
      (h) => h.commit('\uFEFFfeat: x'),
      { version: '1.1.0', listed: ['Added: x'] },
    ],
  ])('%s', async (_, grow, { version, listed, told = [] }) => {
    const history = begin();
    grow(history);
    const next = await history.next();
    expect(next).toMatchObject({ version, listed });
    expect(next.told).toHaveLength(told.length);
    told.forEach((pattern, at) => expect(next.told[at]).toMatch(pattern));
  });

  it('Latin-1 is read by its name, and does no harm without', async () => {
    const history = begin();
    history.git('-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '--allow-empty', '--quiet', '-m', 'fix: a');
    history.git('commit', '--allow-empty', '--quiet', '-m', 'feat: b');
    expect(await history.next()).toMatchObject({ version: '1.1.0' });
  });
});

describe('[RW-4] which tags are the product’s', () => {
  it('a prefix that names the package, also for the new tag', async () => {
    const history = begin('');
    history.commit('feat: x', { 'package.json': { name: 'store', version: '1.4.0' } });
    history.git('tag', 'store-v1.4.0');
    history.commit('fix: y');
    const expected = { version: '1.4.1', tag: 'store-v1.4.1', listed: ['Fixed: y'], told: [] };
    expect(await history.next({}, { product: 'other' })).toMatchObject(expected);
    const release = { tagPrefix: 'store-' };
    expect(await history.next({}, { product: 'other', release })).toMatchObject(expected);
    expect(await history.next({}, { product: 'other', release: { tagPrefix: 'web-' } })).toMatchObject({
      version: '1.4.0',
      tag: 'web-1.4.0',
    });
  });

  it('one that may be of another product is a question, and no first release', async () => {
    const history = begin('api-v3.0.0');
    history.commit('fix: y');
    expect(await history.next()).toMatchObject({
      version: 'unclear-tags',
      told: [expect.stringMatching(/api-….*release\.tagPrefix/)],
    });
  });

  it('one that is higher on a side branch is warned of', async () => {
    const history = begin();
    history.commit('feat: one');
    history.git('tag', 'v1.1.0');
    history.git('checkout', '--quiet', '-b', 'next');
    history.commit('feat!: big');
    history.git('tag', 'v2.0.0');
    history.git('checkout', '--quiet', 'main');
    history.commit('fix: small');
    expect(await history.next()).toMatchObject({
      version: '1.1.1',
      listed: ['Fixed: small'],
      told: [expect.stringContaining("v2.0.0 is higher than v1.1.0 and not in main's history")],
    });
  });

  it('pre-releases alone name the version under way', async () => {
    const history = begin('');
    history.commit('chore: version', { 'package.json': { name: 'shop', version: '0.1.0-beta.1' } });
    history.git('tag', 'v0.1.0-beta.1');
    history.commit('fix: rounding');
    expect(await history.next()).toMatchObject({ version: '0.1.0' });
    expect(await history.next({ preid: 'beta' })).toMatchObject({ version: '0.1.0-beta.2' });
  });
});

describe('[RW-4] a pre-release that is tagged names the version under way', () => {
  const underWay = () => {
    const history = begin();
    history.commit('fix: a');
    history.git('tag', 'v2.0.0-rc.1');
    history.commit('fix: b');
    return history;
  };

  it('for the next pre-release, whatever the commits ask for', async () => {
    expect(await underWay().next({ preid: 'rc' })).toMatchObject({ version: '2.0.0-rc.2', told: [] });
    expect(await underWay().next({ bump: 'prerelease' })).toMatchObject({ version: '2.0.0-rc.2' });
    expect(await underWay().next({ preid: 'beta' })).toMatchObject({
      version: 'not-higher',
    });
  });

  it('but not for a step that was asked for, nor for a stable version, which is warned of', async () => {
    expect(await underWay().next({ bump: 'minor', preid: 'rc' })).toMatchObject({ version: '1.1.0-rc.1' });
    expect(await underWay().next()).toMatchObject({
      version: '1.0.1',
      told: ['Higher pre-releases are tagged already: v2.0.0-rc.1.'],
    });
  });

  it('nor where the commits need a higher one, or it is on another branch', async () => {
    const history = begin();
    history.git('tag', 'v1.1.0-rc.1');
    history.commit('feat!: all anew');
    expect(await history.next({ preid: 'rc' })).toMatchObject({ version: '2.0.0-rc.1' });
    const beside = begin();
    beside.git('checkout', '--quiet', '-b', 'next');
    beside.commit('feat!: big');
    beside.git('tag', 'v2.0.0-rc.1');
    beside.git('checkout', '--quiet', 'main');
    beside.commit('fix: small');
    expect(await beside.next({ preid: 'rc' })).toMatchObject({ version: '1.0.1-rc.1' });
  });
});

describe('[RW-4] dependencies that users get', () => {
  const manifest = (version: string, more: object = {}) => ({
    name: 'shop',
    version: '1.0.0',
    dependencies: { money: version },
    ...more,
  });

  it('told by the manifest, without any word in the message', async () => {
    const history = begin('');
    history.commit('chore: manifest', { 'package.json': manifest('^1.0.0') });
    history.git('tag', 'v1.0.0');
    history.commit('chore: tidy up', { 'package.json': manifest('^1.0.7') });
    expect(await history.next()).toMatchObject({
      version: '1.0.1',
      listed: ['Dependencies: Updated money from ^1.0.0 to ^1.0.7'],
    });
  });

  it('told by the scope', async () => {
    const history = begin();
    history.commit('chore(deps): update money to 1.0.7');
    expect(await history.next()).toMatchObject({
      version: '1.0.1',
      listed: ['Dependencies: update money to 1.0.7'],
    });
  });

  it('but not where only development, tests or checks get them', async () => {
    const history = begin('');
    history.commit('chore: manifest', { 'package.json': manifest('1', { devDependencies: { lint: '1' } }) });
    history.git('tag', 'v1.0.0');
    history.commit('ci(deps): bump the checkout step from 4 to 5');
    history.commit('test(deps): bump runner from 1 to 2');
    history.commit('chore(deps-dev): lint 2', {
      'package.json': manifest('1', { devDependencies: { lint: '2' } }),
    });
    expect(await history.next()).toMatchObject({ version: 'nothing-to-release', listed: [] });
  });

  it('in workspaces too, apart from those of the repository itself', async () => {
    const history = begin('');
    const cart = (money: string, api: string) => ({
      name: '@shop/cart',
      dependencies: { money, '@shop/api': api },
    });
    const root = { name: 'shop', private: true, workspaces: ['packages/*'] };
    history.commit('chore: manifests', {
      'package.json': root,
      'packages/cart/package.json': cart('1.0.0', '1.0.0'),
      'packages/api/package.json': { name: '@shop/api', dependencies: { money: '1.0.0' } },
    });
    history.git('tag', 'v1.0.0');
    history.commit('chore: tidy up', {
      'packages/cart/package.json': cart('1.0.7', '2.0.0'),
      'packages/api/package.json': { name: '@shop/api', dependencies: { money: '1.0.7' } },
    });
    expect(await history.next()).toMatchObject({
      version: '1.0.1',
      listed: ['Dependencies: Updated money from 1.0.0 to 1.0.7'],
    });
  });
});

describe('[RW-4] dependencies in other languages', () => {
  const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;
  type Files = Readonly<Record<string, string | object>>;

  it.each<[string, Files, Files, readonly string[]]>([
    [
      'Go, also indirect ones',
      {
        'go.mod': lines(
          'module example.org/shop',
          'require (',
          'a.org/x v1.0.0',
          'b.org/y v1.0.0 // indirect',
          ')',
        ),
      },
      {
        'go.mod': lines(
          'module example.org/shop',
          'require (',
          'a.org/x v1.0.0',
          'b.org/y v1.0.7 // indirect',
          ')',
        ),
      },
      ['Dependencies: Updated b.org/y from v1.0.0 to v1.0.7'],
    ],
    [
      'Python',
      { 'pyproject.toml': lines('[project]', 'name = "shop"', 'dependencies = ["money>=1"]') },
      { 'pyproject.toml': lines('[project]', 'name = "shop"', 'dependencies = ["money>=2"]') },
      ['Dependencies: Updated money from \\>=1 to \\>=2'],
    ],
    [
      'Cargo: the workspace holds the version, and the member is as it was',
      {
        'Cargo.toml': lines(
          '[workspace]',
          'members = ["crates/*"]',
          '[workspace.dependencies]',
          'money = "1"',
        ),
        'crates/cart/Cargo.toml': lines(
          '[package]',
          'name = "cart"',
          '[dependencies]',
          'money.workspace = true',
        ),
      },
      {
        'Cargo.toml': lines(
          '[workspace]',
          'members = ["crates/*"]',
          '[workspace.dependencies]',
          'money = "2"',
        ),
      },
      ['Dependencies: Updated money from 1 to 2'],
    ],
    [
      'pnpm: a package of the workspace, apart from those of the repository, and one that is left out',
      {
        'package.json': { name: 'shop', private: true },
        'pnpm-workspace.yaml': lines('packages:', "  - 'packages/*'", "  - '!packages/old'"),
        'packages/cart/package.json': { name: '@shop/cart', dependencies: { money: '1', '@shop/api': '1' } },
        'packages/api/package.json': { name: '@shop/api' },
        'packages/old/package.json': { name: 'old', dependencies: { rust: '1' } },
      },
      {
        'packages/cart/package.json': { name: '@shop/cart', dependencies: { money: '2', '@shop/api': '2' } },
        'packages/old/package.json': { name: 'old', dependencies: { rust: '2' } },
      },
      ['Dependencies: Updated money from 1 to 2'],
    ],
  ])('%s', async (_, before, after, listed) => {
    const history = begin('');
    history.commit('chore: manifests', before);
    history.git('tag', 'v1.0.0');
    history.commit('chore: tidy up', after);
    expect(await history.next()).toMatchObject({ version: '1.0.1', listed });
  });

  it('but not those of development, nor a manifest that is broken', async () => {
    const history = begin('');
    history.commit('chore: manifests', {
      'Cargo.toml': lines('[package]', 'name = "shop"', '[dependencies]', 'money = "1"'),
      'pyproject.toml': lines(
        '[project]',
        'dependencies = ["money"]',
        '[dependency-groups]',
        'dev = ["lint"]',
      ),
    });
    history.git('tag', 'v1.0.0');
    history.commit('chore: tidy up', {
      'Cargo.toml': lines('[package', 'name = "shop"'),
      'pyproject.toml': lines(
        '[project]',
        'dependencies = ["money"]',
        '[dependency-groups]',
        'dev = ["lint2"]',
      ),
    });
    expect(await history.next()).toMatchObject({ version: 'nothing-to-release', listed: [] });
  });
});

describe('[RW-4] types of the product’s own', () => {
  it('one that nobody knows is a patch, with a warning; release.types decides', async () => {
    const history = begin();
    history.commit('samples: how to pay');
    expect(await history.next()).toMatchObject({
      version: '1.0.1',
      told: [expect.stringContaining('(samples)')],
    });
    const types = { samples: { raises: 'none' } } as const;
    expect(await history.next({}, { product: 'shop', release: { types } })).toMatchObject({
      version: 'nothing-to-release',
    });
    const minor = { samples: { raises: 'minor', section: 'Examples' } } as const;
    expect(await history.next({}, { product: 'shop', release: { types: minor } })).toMatchObject({
      version: '1.1.0',
      listed: ['Examples: how to pay'],
      told: [],
    });
  });
});
