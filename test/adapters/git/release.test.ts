import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Sandbox } from './sandbox.ts';
import { createSandbox, fingerprint, problemOf } from './sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await createSandbox();
});
afterEach(() => box.remove());

const run = 'release/shop/v1.1.0';
const branch = 'release/shop/v1.1.0';
const request = (
  base: string,
  files = [{ path: 'package.json', content: '{\n  "version": "1.1.0"\n}\n' }],
) => ({ branch, base, files, message: 'chore(release): v1.1.0', run });
const prepare = async () => {
  const { sha } = await box.repository.head(box.source);
  return (await box.repository.createReleaseBranch(box.source, request(sha))).commit;
};
const remoteRef = (ref: string) => box.git(['rev-parse', '--verify', ref], box.remote);

describe('release branch', () => {
  it('[RW-5] pushes the release branch with one version commit on the base', async () => {
    const base = await box.commit('feat: totals', { 'src/b.txt': 'b\n' });
    const odd = [
      { path: 'package.json', content: '{"version":"1.1.0"}\r\n' },
      { path: 'docs/notes – ünïcödé "x"\ttab.md', content: 'ü\n' },
    ];
    const made = await box.repository.createReleaseBranch(box.source, {
      ...request(base, odd),
      message: 'chore(release): v1.1.0 – "ünïcödé" $(x) `y`\n\n# not a comment\n',
    });
    expect(made.created).toBe(true);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(made.commit);
    expect(await remoteRef(`${made.commit}^`)).toBe(base);
    for (const file of odd)
      expect(await box.repository.readFile(box.source, made.commit, file.path)).toBe(file.content);
    expect(await box.repository.changedFiles(box.source, base, made.commit)).toEqual(
      odd.map(({ path }) => path).sort(),
    );
    const message = await box.git(['log', '-1', '--format=%an <%ae>%n%B', made.commit], box.remote);
    expect(message).toContain(
      'Sluice <sluice@localhost>\nchore(release): v1.1.0 – "ünïcödé" $(x) `y`\n\n# not a comment',
    );
    expect(message.trimEnd()).toMatch(/\n\nSluice-Run: release\/shop\/v1\.1\.0$/);
  });

  it('[RW-5] the same run finds its own branch again, from any process, and makes nothing twice', async () => {
    const base = (await box.repository.head(box.source)).sha;
    const first = await box.repository.createReleaseBranch(box.source, request(base));
    const again = await box.repository.createReleaseBranch(box.source, request(base));
    const elsewhere = await createGitRepository({ directory: join(box.root, 'other') }).createReleaseBranch(
      box.source,
      request(base),
    );
    expect(again).toEqual({ commit: first.commit, created: false });
    expect(elsewhere).toEqual(again);
  });

  it('[RW-5] two processes of the same run at once make one branch', async () => {
    const base = (await box.repository.head(box.source)).sha;
    const others = [1, 2, 3].map((n) => createGitRepository({ directory: join(box.root, `p${n}`) }));
    const made = await Promise.all(
      others.map((other) => other.createReleaseBranch(box.source, request(base))),
    );
    expect(new Set(made.map(({ commit }) => commit)).size).toBe(1);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(made[0]?.commit);
  });

  it('refuses a branch of somebody else or of another run, and leaves it as it is', async () => {
    const base = await prepare();
    const other = await problemOf(
      box.repository.createReleaseBranch(box.source, { ...request(base), run: 'release/shop/other' }),
    );
    expect(other.kind).toBe('branch-exists');
    await box.git(['push', '--quiet', 'origin', 'main:release/shop/v9.0.0']);
    const foreign = await problemOf(
      box.repository.createReleaseBranch(box.source, { ...request(base), branch: 'release/shop/v9.0.0' }),
    );
    expect(foreign).toMatchObject({ kind: 'branch-exists' });
    expect(await remoteRef('refs/heads/release/shop/v9.0.0')).toBe(await remoteRef('refs/heads/main'));
  });

  it('[RW-16] the same run moves its own commit to a fixed base, but never drops a commit of a person', async () => {
    const first = await prepare();
    const fixed = await box.commit('fix: staging', { 'src/a.txt': 'fixed\n' });
    const moved = await box.repository.createReleaseBranch(box.source, request(fixed));
    expect(moved.created).toBe(true);
    expect(moved.commit).not.toBe(first);
    expect(await remoteRef(`${branch}^`)).toBe(fixed);
    await box.git(['fetch', '--quiet']);
    await box.git(['checkout', '--quiet', '-B', 'work', `origin/${branch}`]);
    await writeFile(join(box.checkout, 'src/a.txt'), 'by hand\n');
    await box.git(['commit', '--quiet', '-am', 'fix: on the release branch']);
    await box.git(['push', '--quiet', 'origin', `work:${branch}`]);
    expect(await box.repository.createReleaseBranch(box.source, request(fixed))).toEqual({
      commit: moved.commit,
      created: false,
    });
    expect(await problemOf(box.repository.createReleaseBranch(box.source, request(first)))).toMatchObject({
      kind: 'branch-exists',
    });
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(await box.git(['rev-parse', 'work']));
  });

  it('a file, a link or a submodule where the folder of the notes would be is never replaced by it', async () => {
    const notes = [{ path: 'docs/releases/v1.1.0.md', content: '# v1.1.0\n' }];
    const bases = [await box.commit('docs: one file', { docs: 'all that there is to say\n' })];
    await box.git(['rm', '--quiet', 'docs']);
    await symlink('src', join(box.checkout, 'docs'));
    bases.push(await box.commit('docs: a link', {}));
    await box.git(['rm', '--quiet', 'docs']);
    await box.git(['update-index', '--add', '--cacheinfo', `160000,${bases[0]!},docs`]);
    await box.git(['commit', '--quiet', '-m', 'docs: a submodule']);
    await box.git(['push', '--quiet', 'origin', 'main']);
    bases.push(await box.git(['rev-parse', 'HEAD']));
    for (const base of bases)
      expect(
        await problemOf(box.repository.createReleaseBranch(box.source, request(base, notes))),
      ).toMatchObject({
        kind: 'conflict',
        files: ['docs/releases/v1.1.0.md'],
        message: expect.stringMatching(/docs\/releases\/v1\.1\.0\.md.*`release\.notes`/s) as string,
      });
    expect(await box.git(['ls-remote', 'origin', `refs/heads/${branch}`])).toBe('');
  });

  it('says which branch stands in the way, which name is no name, and which base is unknown', async () => {
    const base = (await box.repository.head(box.source)).sha;
    await box.git(['push', '--quiet', 'origin', 'main:release']);
    expect(await problemOf(box.repository.createReleaseBranch(box.source, request(base)))).toMatchObject({
      kind: 'branch-exists',
      message: expect.stringContaining('release') as string,
    });
    for (const bad of ['', 'a..b', 'x y', '-f', 'a~1', 'x.lock']) {
      expect(
        await problemOf(box.repository.createReleaseBranch(box.source, { ...request(base), branch: bad })),
      ).toMatchObject({ kind: 'unknown-ref' });
    }
    expect(
      await problemOf(box.repository.createReleaseBranch(box.source, request('f'.repeat(40)))),
    ).toMatchObject({ kind: 'unknown-ref' });
  });

  it('never writes outside of the repository', async () => {
    const base = (await box.repository.head(box.source)).sha;
    for (const path of ['../evil', '.git/config', '/etc/x', '']) {
      await expect(
        box.repository.createReleaseBranch(box.source, request(base, [{ path, content: 'x' }])),
      ).rejects.toThrow(/can't be written/);
    }
    await expect(remoteRef(`refs/heads/${branch}`)).rejects.toThrow();
  });

  it('a rejecting hook is reported in its own words', async () => {
    await box.hook('echo "releases are frozen until Monday ☃" >&2; exit 1');
    const base = (await box.repository.head(box.source)).sha;
    const problem = await problemOf(box.repository.createReleaseBranch(box.source, request(base)));
    expect(problem.kind).toBe('push-rejected');
    expect(problem.message).toContain('releases are frozen until Monday ☃');
  });
});

it('a message that names another run makes the commit not that one’s', async () => {
  const { sha } = await box.repository.head(box.source);
  const message = 'fix: more\n\nSluice-Run: other\nsluice-run : other too';
  const { commit } = await box.repository.createReleaseBranch(box.source, { ...request(sha), message });
  const shown = await box.git(['log', '-1', '--format=%B', commit], box.remote);
  expect(shown.trim()).toBe(`fix: more\n\nSluice-Run: ${run}`);
});

describe('merge', () => {
  const merge = (commit: string) =>
    box.repository.mergeToMain(box.source, { branch, commit, message: 'chore(release): merge v1.1.0', run });

  it('[RW-11] merges exactly the commit into main with a merge commit, once', async () => {
    const before = await remoteRef('refs/heads/main');
    const commit = await prepare();
    const done = await merge(commit);
    expect(done.merged).toBe(true);
    expect(await box.git(['log', '-1', '--format=%P', 'main'], box.remote)).toBe(`${before} ${commit}`);
    expect(
      await box.git(['log', '-1', '--format=%(trailers:key=Sluice-Run,valueonly)', 'main'], box.remote),
    ).toContain(run);
    await box.git(['pull', '--quiet', 'origin', 'main']);
    await box.commit('feat: later', { 'src/later.txt': '1\n' });
    expect(await merge(commit)).toEqual({ commit: done.commit, merged: false });
  });

  it('[RW-11] a main that moved on is merged with and loses nothing', async () => {
    const commit = await prepare();
    const theirs = await box.commit('feat: meanwhile', { 'src/c.txt': 'c\n' });
    const done = await merge(commit);
    expect(await box.git(['log', '-1', '--format=%P', done.commit], box.remote)).toBe(`${theirs} ${commit}`);
    expect(await box.repository.readFile(box.source, 'main', 'src/c.txt')).toBe('c\n');
    expect(await box.repository.readFile(box.source, 'main', 'package.json')).toContain('1.1.0');
  });

  it('[RW-11] a main that moves between fetch and push is fetched and merged again', async () => {
    const commit = await prepare();
    const theirs = await box.commit('feat: racing', { 'src/race.txt': 'r\n' });
    await box.git(['push', '--quiet', '--force', 'origin', `${theirs}^:main`]);
    // The first push to main finds main moved underneath it, as if a person had pushed in that moment.
    await box.hook(`read old new ref
case "$ref" in refs/heads/main)
  if [ ! -e moved ]; then touch moved; unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES; git update-ref refs/heads/main ${theirs}; fi;;
esac`);
    await box.git(['push', '--quiet', 'origin', `${theirs}:refs/heads/keep`]);
    const done = await merge(commit);
    expect(await box.git(['log', '-1', '--format=%P', done.commit], box.remote)).toBe(`${theirs} ${commit}`);
    expect(await box.git(['rev-parse', 'main'], box.remote)).toBe(done.commit);
  });

  it('gives up as moved where main never stands still', async () => {
    const commit = await prepare();
    await box.hook(`read old new ref; unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
c=$(git -c user.name=x -c user.email=x@x commit-tree -m "race $$" -p "$old" "$old^{tree}"); git update-ref refs/heads/main "$c"`);
    expect(await problemOf(merge(commit))).toMatchObject({ kind: 'moved' });
  });

  it('[RW-11] a conflict names its files, pushes nothing and leaves no worktree', async () => {
    const commit = await prepare();
    const theirs = await box.commit('chore: bump by hand', {
      'package.json': '{\n  "version": "7.0.0"\n}\n',
    });
    const problem = await problemOf(merge(commit));
    expect(problem).toMatchObject({ kind: 'conflict', files: ['package.json'] });
    expect(await remoteRef('refs/heads/main')).toBe(theirs);
    expect(
      await box.git(['worktree', 'list', '--porcelain'], join(box.data, 'clones', 'shop.git')),
    ).not.toContain('detached');
    await box.git(['fetch', '--quiet']);
    await box.git(['merge', '--quiet', '-X', 'ours', '-m', 'merge by hand', `origin/${branch}`]);
    await box.git(['push', '--quiet', 'origin', 'HEAD:main']);
    expect(await merge(commit)).toMatchObject({ merged: false });
  });

  it('a protected main is reported in the words of its hook, and the same call works once it is allowed', async () => {
    const commit = await prepare();
    const before = await remoteRef('refs/heads/main');
    await box.hook(
      'while read old new ref; do if [ "$ref" = refs/heads/main ]; then echo "main is protected: use a pull request" >&2; exit 1; fi; done',
    );
    expect(await problemOf(merge(commit))).toMatchObject({
      kind: 'push-rejected',
      message: expect.stringContaining('main is protected: use a pull request') as string,
    });
    expect(await remoteRef('refs/heads/main')).toBe(before);
    await box.hook('exit 0');
    expect(await merge(commit)).toMatchObject({ merged: true });
  });

  it('[RW-11] merges the commit that production runs, not what the branch got afterwards', async () => {
    const commit = await prepare();
    await box.git(['fetch', '--quiet']);
    await box.git(['checkout', '--quiet', '-B', 'work', `origin/${branch}`]);
    await writeFile(join(box.checkout, 'late.txt'), 'late\n');
    await box.git(['add', '.']);
    await box.git(['commit', '--quiet', '-m', 'feat: too late']);
    await box.git(['push', '--quiet', 'origin', `work:${branch}`]);
    await merge(commit);
    expect(await box.repository.readFile(box.source, 'main', 'late.txt')).toBeUndefined();
  });
});

describe('tag and branch deletion', () => {
  it('[RW-11] [BY-8] tags once, annotated; each step of finalising can be repeated alone', async () => {
    const commit = await prepare();
    const tag = { name: 'v1.1.0', commit, message: 'Shop v1.1.0\n\n"quotes" & ünïcödé\n# kept' };
    const merge = { branch, commit, message: 'merge', run };
    expect(await box.repository.mergeToMain(box.source, merge)).toMatchObject({ merged: true });
    expect(await box.repository.tag(box.source, tag)).toEqual({ created: true });
    expect(await box.repository.deleteBranch(box.source, { branch, commit })).toEqual({ deleted: true });
    // Another worker, without anything in its data directory, does it all over again.
    const fresh = createGitRepository({ directory: join(box.root, 'fresh') });
    expect(await fresh.mergeToMain(box.source, merge)).toMatchObject({ merged: false });
    expect(await fresh.tag(box.source, tag)).toEqual({ created: false });
    expect(await fresh.deleteBranch(box.source, { branch, commit })).toMatchObject({
      deleted: false,
      reason: expect.stringContaining('gone already') as string,
    });
    expect(await box.git(['cat-file', '-t', 'v1.1.0'], box.remote)).toBe('tag');
    expect(await box.git(['tag', '-l', '--format=%(contents)', 'v1.1.0'], box.remote)).toContain(
      '"quotes" & ünïcödé\n# kept',
    );
    expect(await box.repository.tags(box.source)).toEqual([{ name: 'v1.1.0', commit, onMain: true }]);
  });

  it('[RW-11] never moves a tag that stands on another commit, lightweight or annotated', async () => {
    const commit = await prepare();
    const base = await remoteRef('refs/heads/main');
    await box.git(['tag', 'v1.1.0', base]);
    await box.git(['tag', '-a', '-m', 'x', 'v1.2.0', base]);
    await box.git(['push', '--quiet', '--tags', 'origin']);
    for (const name of ['v1.1.0', 'v1.2.0']) {
      expect(await problemOf(box.repository.tag(box.source, { name, commit, message: 'x' }))).toMatchObject({
        kind: 'tag-exists',
      });
      expect(await box.git(['rev-parse', `${name}^{commit}`], box.remote)).toBe(base);
      expect(await box.repository.tag(box.source, { name, commit: base, message: 'x' })).toEqual({
        created: false,
      });
    }
  });

  it('a tag that was refused can be made later: nothing of it stays behind', async () => {
    const commit = await prepare();
    await box.hook(
      'while read old new ref; do case "$ref" in refs/tags/*) echo "no tags on Fridays" >&2; exit 1;; esac; done',
    );
    expect(
      await problemOf(box.repository.tag(box.source, { name: 'v1.1.0', commit, message: 'x' })),
    ).toMatchObject({
      kind: 'push-rejected',
      message: expect.stringContaining('no tags on Fridays') as string,
    });
    expect(await box.repository.tags(box.source)).toEqual([]);
    await box.hook('exit 0');
    expect(await box.repository.tag(box.source, { name: 'v1.1.0', commit, message: '' })).toEqual({
      created: true,
    });
  });

  it('[RW-11] keeps a branch that somebody pushed to, and never deletes main', async () => {
    const commit = await prepare();
    await box.git(['push', '--quiet', '--force', 'origin', `main:${branch}`]);
    expect(await box.repository.deleteBranch(box.source, { branch, commit })).toMatchObject({
      deleted: false,
      reason: expect.stringContaining('somebody pushed') as string,
    });
    expect(
      await problemOf(box.repository.deleteBranch(box.source, { branch: 'main', commit })),
    ).toMatchObject({ kind: 'push-rejected' });
  });
});

it('never touches the person’s checkout: neither files, nor index, nor refs, nor configuration', async () => {
  await writeFile(join(box.checkout, 'src/a.txt'), 'work in progress\n');
  await writeFile(join(box.checkout, 'new "file".txt'), 'untracked\n');
  await box.git(['add', 'src/a.txt']);
  await writeFile(join(box.checkout, 'src/a.txt'), 'more work\n');
  // Hooks of the person's would run if we worked in their repository.
  for (const hook of ['pre-push', 'post-checkout', 'post-merge', 'reference-transaction']) {
    await writeFile(join(box.checkout, '.git/hooks', hook), `#!/bin/sh\ntouch ${box.root}/hook-ran\n`);
    await chmod(join(box.checkout, '.git/hooks', hook), 0o755);
  }
  const before = await fingerprint(box.checkout);
  expect(await box.repository.unreleasedWork(box.source)).toEqual({
    dirtyFiles: ['src/a.txt', 'new "file".txt'],
    unpushedCommits: 0,
  });
  const commit = await prepare();
  await box.repository.mergeToMain(box.source, { branch, commit, message: 'merge', run });
  await box.repository.tag(box.source, { name: 'v1.1.0', commit, message: 'x' });
  await box.repository.deleteBranch(box.source, { branch, commit });
  await box.repository.export(box.source, commit, join(box.root, 'out'));
  expect(await fingerprint(box.checkout)).toEqual(before);
  expect(
    await fingerprint(box.root).then((files) =>
      Object.keys(files).filter((path) => path.endsWith('hook-ran')),
    ),
  ).toEqual([]);
});

describe('main that was rewritten while a release waited', () => {
  /** A release of two changes, the second of which is thrown away. */
  const thrownAway = async () => {
    const kept = await box.commit('feat: totals', { 'src/b.txt': 'b\n' });
    const lost = await box.commit('feat: a secret', { 'src/c.txt': 'c\n' });
    const commit = await prepare();
    await box.git(['reset', '--quiet', '--hard', kept]);
    await box.git(['push', '--quiet', '--force', 'origin', 'main']);
    return { kept, lost, commit };
  };
  const merge = (commit: string) =>
    box.repository.mergeToMain(box.source, { branch, commit, message: `Merge ${branch}`, run });

  it('gets nothing back by the merge, and the refusal names what it dropped', async () => {
    const { kept, lost, commit } = await thrownAway();
    const problem = await problemOf(merge(commit));
    expect(problem.kind).toBe('rewritten');
    expect(problem.message).toContain(`no longer has ${lost.slice(0, 10)} "feat: a secret": `);
    expect(problem.message).not.toContain('totals');
    expect(await remoteRef('refs/heads/main')).toBe(kept);
  });

  it('says what it dropped, of a release branch only', async () => {
    const { lost, commit } = await thrownAway();
    await box.repository.head(box.source);
    expect((await box.repository.dropped(box.source, commit)).map(({ sha }) => sha)).toEqual([lost]);
    expect((await box.repository.dropped(box.source, branch)).map(({ sha }) => sha)).toEqual([lost]);
    expect(await box.repository.dropped(box.source, lost)).toEqual([]);
    expect(await box.repository.dropped(box.source, 'main')).toEqual([]);
  });

  it('is merged into where it has what the release was made from, whatever it got or lost beside', async () => {
    await box.commit('feat: totals', { 'src/b.txt': 'b\n' });
    const commit = await prepare();
    const later = await box.commit('feat: later', { 'src/later.txt': 'l\n' });
    await box.git(['commit', '--quiet', '--amend', '-m', 'feat: later, better']);
    await box.git(['push', '--quiet', '--force', 'origin', 'main']);
    expect(await box.repository.dropped(box.source, commit)).toEqual([]);
    expect(await merge(commit)).toMatchObject({ merged: true });
    expect(later).not.toBe(await remoteRef('refs/heads/main^1'));
  });

  it('is merged into once a person has brought back what it dropped, and has nothing to merge where that was by hand', async () => {
    const { commit } = await thrownAway();
    await box.git(['fetch', '--quiet', 'origin', branch]);
    await box.git(['merge', '--quiet', '--no-ff', '-m', 'Merge by hand', commit]);
    await box.git(['push', '--quiet', 'origin', 'main']);
    expect(await merge(commit)).toMatchObject({ merged: false });
  });
});
