import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Sandbox } from './sandbox.ts';
import { createSandbox, fingerprint, problemOf } from './sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await createSandbox();
});
afterEach(() => box.remove());

const notes = {
  path: 'docs/releases/v1.1.0-g01234567.md',
  content: '# Notes\n',
  message: 'docs(release): notes',
  run: 'blue-green/shop/1',
};
const main = () => box.git(['rev-parse', 'main'], box.remote);
const add = (over: Partial<typeof notes> = {}, repository = box.repository) =>
  repository.addToMain(box.source, { ...notes, ...over });

describe('a new file on main', () => {
  it('[BG-8] is one commit with nothing but the file, and the person’s checkout stays as it is', async () => {
    const before = await main();
    const theirs = await fingerprint(box.checkout);
    const { commit } = await add();
    expect(await main()).toBe(commit);
    expect(await box.git(['rev-parse', `${commit ?? ''}^`], box.remote)).toBe(before);
    expect(await box.repository.changedFiles(box.source, before, commit ?? '')).toEqual([notes.path]);
    expect(await box.repository.readFile(box.source, commit ?? '', notes.path)).toBe(notes.content);
    expect(await fingerprint(box.checkout)).toEqual(theirs);
  });

  it('is there once, from any process, and never written over', async () => {
    await add();
    const after = await main();
    const other = createGitRepository({ directory: join(box.root, 'other') });
    expect(await add({ content: '# Other notes\n' }, other)).toEqual({ commit: undefined });
    expect(await main()).toBe(after);
    expect(await box.repository.readFile(box.source, after, notes.path)).toBe(notes.content);
  });

  it('comes on top of whatever main is by then', async () => {
    const others = ['a', 'b', 'c'].map((name) => ({
      path: `${name}.md`,
      repository: createGitRepository({ directory: join(box.root, name) }),
    }));
    const added = await Promise.all(others.map(({ path, repository }) => add({ path }, repository)));
    expect(new Set(added.map(({ commit }) => commit)).size).toBe(3);
    for (const { path } of others)
      expect(await box.repository.readFile(box.source, 'main', path)).toBe(notes.content);
  });

  it('is refused where a file stands in place of its folder, and where main is protected: nothing is lost', async () => {
    await box.commit('docs: one file', { docs: 'all there is\n' });
    const before = await main();
    expect(await problemOf(add())).toMatchObject({ kind: 'conflict', files: [notes.path] });
    await box.hook('echo "main is protected" >&2; exit 1');
    expect(await problemOf(add({ path: 'notes.md' }))).toMatchObject({
      kind: 'push-rejected',
      message: expect.stringContaining('main is protected') as string,
    });
    expect(await main()).toBe(before);
  });
});
