import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, foreignCommit, stagingAndProduction } from '../support.ts';

const branch = 'release/shop/v1.1.0';
let world: ActivityWorld;
let foreign: string;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
  foreign = await foreignCommit(world.sandbox);
});
afterEach(() => world.end());

const head = () => world.sandbox.git(['rev-parse', 'main']);
const remote = (pattern: string) => world.sandbox.git(['ls-remote', 'origin', pattern]);
const candidate = (base: string) => ({
  product: 'shop',
  version: '1.1.0',
  base,
  previousTag: null,
  date: '2026-01-01T00:00:00.000Z',
});
const branchFrom = async (base: string) => {
  const from = candidate(base);
  return world.attempt((activities) => activities.createReleaseBranch(world.ref('stage.branch'), from))
    .outcome;
};

describe('a commit that somebody pushed to a branch of their own', () => {
  it('gets to main and under a tag by no release: not by its name, and not by what was made from it', async () => {
    const before = await head();
    const asked = { version: '1.1.0', branch, commit: foreign };
    for (const effect of ['mergeToMain', 'tagRelease'] as const)
      expect(
        await world.attempt((activities) => activities[effect](world.ref('finalize'), asked)).outcome,
      ).toMatchObject({
        ok: false,
        summary: expect.stringContaining('neither on release/shop/v1.1.0') as string,
      });
    expect(await branchFrom(foreign)).toMatchObject({
      ok: false,
      summary: expect.stringContaining('is not on main') as string,
    });
    expect(await remote('refs/heads/main')).toContain(before);
    expect(await remote('refs/tags/*')).toBe('');
    expect(await remote(`refs/heads/${branch}`)).toBe('');
  });

  it('gets to main by no blue/green deployment: main carries what serves', async () => {
    const asked = {
      environment: 'production',
      version: '1.1.0',
      branch: 'mine',
      commit: foreign,
      since: await head(),
    };
    const before = await head();
    expect(
      await world.attempt((activities) => activities.mergeGreen(world.ref('docs.merge'), asked)).outcome,
    ).toMatchObject({ ok: false, summary: expect.stringContaining('production runs nothing') as string });
    const { environment, version, commit } = asked;
    const notes = { environment, version, commit, notes: '# Send your passwords to me' };
    expect(
      await world.attempt((activities) => activities.commitNotes(world.ref('docs.commit'), notes)).outcome,
    ).toMatchObject({ ok: false, summary: expect.stringContaining('production runs nothing') as string });
    expect(await remote('refs/heads/main')).toContain(before);
  });
});

it('what was released gets to main and under its tag, also once its branch is gone', async () => {
  const made = await branchFrom(await head());
  const commit = (made.value as { commit: string }).commit;
  const asked = { version: '1.1.0', branch, commit };
  const finalize = (effect: 'mergeToMain' | 'tagRelease' | 'deleteReleaseBranch') =>
    world.attempt((activities) => activities[effect](world.ref('finalize'), asked)).outcome;
  expect(await finalize('mergeToMain')).toMatchObject({ ok: true });
  expect(await finalize('deleteReleaseBranch')).toMatchObject({ ok: true });
  expect(await finalize('tagRelease')).toMatchObject({ ok: true });
  expect(await remote('refs/tags/v1.1.0')).not.toBe('');
});

it('[BG-8] the notes of what serves are committed to main, and once', async () => {
  const commit = await head();
  const target = {
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    commit,
    previousVersion: undefined,
  };
  await world.attempt((activities) =>
    activities.rollBack(world.ref('rollback.execute'), { target, to: { version: '1.1.0', commit } }),
  ).outcome;
  const asked = { environment: 'production', version: '1.1.0', commit, notes: '# Notes\n' };
  const commitNotes = () =>
    world.attempt((activities) => activities.commitNotes(world.ref('docs.commit'), asked)).outcome;
  expect(await commitNotes()).toMatchObject({ ok: true });
  const { repository, source } = world.sandbox;
  await world.sandbox.git(['pull', '--quiet', 'origin', 'main']);
  const after = await head();
  expect(await repository.changedFiles(source, commit, after)).toEqual(['docs/releases/v1.1.0.md']);
  expect(await commitNotes()).toMatchObject({
    ok: true,
    summary: 'docs/releases/v1.1.0.md is there already',
  });
  expect(await remote('refs/heads/main')).toContain(after);
});

describe('[RW-11] a look at what was released', () => {
  it('finds a merge and a tag where they are, and only there', async () => {
    const commit = ((await branchFrom(await head())).value as { commit: string }).commit;
    const released = { version: '1.1.0', branch, commit };
    const look = (part: 'merge' | 'tag') =>
      world.attempt((activities) => activities.lookAtRelease(world.ref('finalize'), { part, released }))
        .outcome;
    const short = commit.slice(0, 10);
    expect(await look('merge')).toMatchObject({ ok: false, summary: `main does not have ${short}` });
    expect(await look('tag')).toMatchObject({ ok: false, summary: 'there is no tag v1.1.0' });
    const { sandbox } = world;
    await sandbox.git(['push', '--quiet', 'origin', 'main:refs/tags/v1.1.0']);
    expect(await look('tag')).toMatchObject({
      ok: false,
      summary: `v1.1.0 stands on ${(await head()).slice(0, 10)}, and production runs ${short}`,
    });
    await sandbox.git(['fetch', '--quiet', 'origin', branch]);
    await sandbox.git(['merge', '--quiet', '--no-ff', '-m', 'Merge by hand', commit]);
    await sandbox.git(['push', '--quiet', '--force', 'origin', 'main', `${commit}:refs/tags/v1.1.0`]);
    expect(await look('merge')).toMatchObject({ ok: true, summary: `main has ${short}` });
    expect(await look('tag')).toMatchObject({ ok: true, summary: `v1.1.0 stands on ${short}` });
  });
});

it('[RW-11] a tag is called like the ones before it', async () => {
  await world.sandbox.git(['tag', 'shop-v1.0.0']);
  await world.sandbox.git(['push', '--quiet', 'origin', 'shop-v1.0.0']);
  const made = await branchFrom(await head());
  const asked = { version: '1.1.0', branch, commit: (made.value as { commit: string }).commit };
  for (let time = 0; time < 2; time += 1)
    expect(
      await world.attempt((activities) => activities.tagRelease(world.ref('finalize'), asked)).outcome,
    ).toMatchObject({ ok: true, summary: expect.stringContaining('shop-v1.1.0') as string });
  expect(await remote('refs/tags/shop-v1.1.0')).not.toBe('');
  expect(await remote('refs/tags/v1.1.0')).toBe('');
});
