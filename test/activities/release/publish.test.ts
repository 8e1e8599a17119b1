import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActivityWorld, stagingAndProduction } from '../support.ts';
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

  it('is told by the notes of its commit where the run does not hold them whole, and asks where these are gone', async () => {
    await world.configure(stagingAndProduction, { release: { notes: 'news/{version}.md' } });
    const all = `# Shop v1.2.0\n\n${'- a line of very many\n'.repeat(10_000)}`;
    const commit = await world.sandbox.commit('docs: news', { 'news/1.2.0.md': all });
    const publish = (version: string) =>
      world.attempt((activities) =>
        activities.publishRelease(world.ref('finalize.publish'), { version, commit, prerelease: false }),
      ).outcome;
    expect(await publish('1.2.0')).toMatchObject({ ok: true });
    const file = join(world.data, 'code-host', 'shop', 'releases', 'v1.2.0.md');
    expect(await readFile(file, 'utf8')).toContain(all.trimEnd());
    expect(await publish('1.3.0')).toMatchObject({
      ok: false,
      summary: 'there are no notes to publish: news/1.3.0.md is not in what was released',
    });
  });
});
