import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, stagingAndProduction } from '../support.ts';

let world: ActivityWorld;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
});
afterEach(() => world.end());

const find = (version?: string) =>
  world.attempt((activities) =>
    activities.findReleased(world.ref('rollout.find'), {
      date: '2026-03-03T00:00:00.000Z',
      ...(version === undefined ? {} : { version }),
    }),
  ).outcome;

async function released(version: string, ...subjects: readonly string[]): Promise<string> {
  let commit = '';
  for (const subject of subjects) commit = await world.sandbox.commit(subject, {});
  await world.sandbox.git(['tag', `v${version}`]);
  await world.sandbox.git(['push', '--quiet', 'origin', `v${version}`]);
  return commit;
}

describe('[SI-5] a version that was released', () => {
  it('is the highest one, or the one that is named, with what is new in it', async () => {
    const first = await released('1.9.0', 'feat: first');
    const second = await released('1.10.0', 'feat: second', 'fix: third');
    expect(await find()).toMatchObject({
      ok: true,
      value: {
        tag: 'v1.10.0',
        commit: second,
        candidate: { version: '1.10.0', previousTag: 'v1.9.0' },
        changes: ['fix: third', 'feat: second'],
      },
    });
    expect(await find('v1.9.0')).toMatchObject({
      ok: true,
      value: { commit: first, candidate: { version: '1.9.0', previousTag: null } },
    });
  });

  it('is known by a tag with a prefix, and asked about where it is not plain whose it is', async () => {
    const tag = async (name: string) => {
      await world.sandbox.git(['tag', name]);
      await world.sandbox.git(['push', '--quiet', 'origin', name]);
    };
    await tag('api-v3.0.0');
    expect(await find()).toMatchObject({
      ok: false,
      summary: expect.stringContaining('release.tagPrefix') as string,
    });
    await tag('shop-v1.0.0');
    const commit = await world.sandbox.commit('feat: more', {});
    await tag('shop-v1.1.0');
    expect(await find()).toMatchObject({
      ok: true,
      value: {
        tag: 'shop-v1.1.0',
        commit,
        candidate: { version: '1.1.0', previousTag: 'shop-v1.0.0' },
        changes: ['feat: more'],
      },
    });
    expect(await find('3.0.0')).toMatchObject({
      summary: expect.stringContaining('there is no tag shop-v3.0.0') as string,
    });
  });

  it('is not there without a tag, and it is said which there are', async () => {
    expect(await find()).toMatchObject({
      ok: false,
      summary: 'no version was released before. sluice start release makes a new one',
    });
    await released('1.0.0', 'feat: first');
    expect(await find('2.0.0')).toMatchObject({
      ok: false,
      summary:
        'there is no tag v2.0.0 to roll out; the last versions are 1.0.0. sluice start release makes a new one',
    });
  });
});
