import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActivityWorld } from '../support.ts';
import type { ActivityWorld } from '../support.ts';

let world: ActivityWorld;
beforeEach(async () => {
  world = await createActivityWorld();
});
afterEach(() => world.end());

describe('[RW-11] a published release', () => {
  it.each([
    ['1.1.0-rc.1', true],
    ['1.1.0', false],
  ])('%s is a pre-release: %s', async (version, prerelease) => {
    const script = { deploy: 'true', rollback: 'true' };
    await world.configure({
      staging: { url: 'http://127.0.0.1:1', script },
      production: { url: 'http://127.0.0.1:1', script, approval: { from: ['managers'] } },
    });
    const published = await world.attempt((activities) =>
      activities.publishRelease(world.ref('finalize.publish'), {
        version,
        notes: '- a basket',
        prerelease,
      }),
    ).outcome;
    expect(published).toMatchObject({ ok: true });
    const file = join(world.data, 'code-host', 'shop', 'releases', `v${version}.md`);
    expect(published.value?.url).toContain(file);
    const text = await readFile(file, 'utf8');
    expect(text).toContain(`name: shop v${version}\n`);
    expect(text).toContain(`prerelease: ${prerelease}\n`);
    expect(text).toContain('- a basket');
  });
});
