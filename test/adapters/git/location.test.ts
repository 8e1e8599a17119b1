import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { locate } from '../../../src/adapters/git/location.ts';
import type { Sandbox } from './sandbox.ts';
import { createSandbox, problemOf } from './sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await createSandbox({ empty: true });
  for (const [name, url] of [
    ['spaced', 'ssh://host/a place (fetch)'],
    ['beside', '../beside.git'],
    ['partial', 'https://host/partial.git'],
    ['short', 'hub:shop.git'],
    ['many', 'https://host/read.git'],
  ] as const)
    await box.git(['remote', 'add', name, url]);
  for (const [key, value] of [
    ['remote.partial.partialclonefilter', 'blob:none'],
    ['remote.many.pushurl', 'https://host/first.git'],
    ['remote.many.pushurl', 'https://host/second.git'],
    ['remote.many.url', 'https://host/read-too.git'],
    ['url.https://hub.example/.insteadOf', 'hub:'],
    ['url.ssh://hub.example/.pushInsteadOf', 'hub:'],
    // Somebody forgot where these are.
    ['remote.nowhere.fetch', '+refs/heads/*:refs/remotes/nowhere/*'],
    ['remote.unread.pushurl', 'https://host/write.git'],
    ['remote.odd.url', '--upload-pack=touch:x'],
  ] as const)
    await box.git(['config', '--add', key, value]);
});
afterAll(() => box.remove());

const where = (remote: string) => locate({ product: 'shop', main: 'main', path: box.checkout, remote });
/** As git itself says it of one remote. */
const said = async (...asked: string[]) => (await box.git(['remote', 'get-url', ...asked])).split('\n')[0];

describe('the addresses of a remote', () => {
  it.each(['spaced', 'partial', 'short', 'many'])('are those that git goes by: %s', async (name) => {
    expect(await where(name)).toEqual({ fetch: await said(name), push: await said('--push', name) });
  });

  it('are meant from the repository where they are paths', async () => {
    const beside = join(box.root, 'beside.git');
    expect(await where('beside')).toEqual({ fetch: beside, push: beside });
  });

  it.each(['nowhere', 'unread'])('are what git makes of them where some are missing: %s', async (name) => {
    const at = async (...asked: string[]) =>
      (await said(...asked))?.replace(/^(?!https:)/, `${box.checkout}/`);
    expect(await where(name)).toEqual({ fetch: await at(name), push: await at('--push', name) });
  });

  it('are refused where git would take them for an option, and only for the remote that has them', async () => {
    expect(await problemOf(where('odd'))).toMatchObject({ kind: 'no-remote' });
    expect(await where('many')).toMatchObject({ push: 'https://host/first.git' });
  });
});
