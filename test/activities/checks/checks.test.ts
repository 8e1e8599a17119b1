import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, foreignCommit, stagingAndProduction } from '../support.ts';

let world: ActivityWorld;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction, { checks: { unit: 'test ! -e mine.txt' } });
});
afterEach(() => world.end());

let tries = 0;
const check = async (change: object) => {
  const commit = await world.sandbox.git(['rev-parse', 'main']);
  const target = {
    product: 'shop',
    environment: 'staging',
    version: '1.0.0',
    commit,
    previousVersion: undefined,
  };
  const ref = world.ref('verify.unit', (tries += 1));
  return world.attempt((activities) =>
    activities.runCheck(ref, { suite: 'unit', target: { ...target, ...change } }),
  ).outcome;
};

it('a check runs in a tree of its own product, and of no other', async () => {
  expect(await check({})).toMatchObject({ ok: true });
  await expect(check({ product: 'other' })).rejects.toMatchObject({
    type: 'UnknownName',
    nonRetryable: true,
  });
});

it('a check runs in a tree of a commit, and not in the directory of all of them', async () => {
  await check({});
  await expect(check({ commit: '' })).rejects.toMatchObject({ type: 'UnknownName' });
  expect(await readdir(join(world.data, 'trees', 'shop', 'checks'))).toEqual([
    expect.stringMatching(/^[0-9a-f]{12}$/),
  ]);
});

it('a short hash is the commit, whatever a branch is called', async () => {
  const commit = await world.sandbox.git(['rev-parse', 'main']);
  expect(await check({ commit: commit.slice(0, 9) })).toMatchObject({ ok: true });
  await foreignCommit(world.sandbox, commit.slice(0, 10));
  await world.attempt((activities) => activities.headOfMain('shop')).outcome;
  await expect(check({ commit: commit.slice(0, 10) })).rejects.toMatchObject({ type: 'UnknownName' });
});
