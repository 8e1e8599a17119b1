import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lstat, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Sandbox } from './sandbox.ts';
import { createSandbox, problemOf } from './sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await createSandbox();
});
afterEach(() => box.remove());

describe('where the repository is', () => {
  it('a bare path is itself the remote; a URL needs no path; the name of a remote is one', async () => {
    const { sha } = await box.repository.head(box.source);
    await box.git(['remote', 'add', 'upstream', '../remote.git']);
    for (const place of [
      { path: box.remote },
      { remote: box.remote },
      { remote: `file://${box.remote}` },
      { path: box.checkout, remote: 'upstream' },
      { path: box.checkout, remote: box.remote },
    ]) {
      expect(
        (
          await createGitRepository({ directory: join(box.root, 'd') }).head({
            product: 'shop',
            main: 'main',
            ...place,
          })
        ).sha,
      ).toBe(sha);
    }
  });

  it('a shallow clone is no remote: what is not in it would be missing from the release', async () => {
    await box.commit('fix: one', {});
    const shallow = join(box.root, 'shallow.git');
    await box.git(['clone', '--quiet', '--bare', '--depth=1', `file://${box.remote}`, shallow]);
    const problem = await problemOf(box.repository.head({ product: 'p', main: 'main', path: shallow }));
    expect(problem.kind).toBe('shallow');
    expect(problem.message).toMatch(/is a shallow clone: .*git fetch --unshallow/);
  });

  it('says what is wrong with the path or the remote, and what to do', async () => {
    const kind = async (place: object) =>
      (await problemOf(box.repository.head({ product: 'p', main: 'main', ...place }))).kind;
    await mkdir(join(box.root, 'plain'));
    expect(await kind({ path: join(box.root, 'nowhere') })).toBe('not-a-repository');
    expect(await kind({ path: join(box.root, 'plain') })).toBe('not-a-repository');
    expect(await kind({ path: join(box.checkout, 'package.json') })).toBe('not-a-repository');
    expect(await kind({ path: join(box.checkout, 'src') })).toBe('not-a-repository');
    expect(await kind({ path: box.checkout, remote: 'nope' })).toBe('no-remote');
    expect(await kind({})).toBe('no-remote');
    expect(await kind({ remote: '--upload-pack=touch /tmp/x' })).toBe('no-remote');
    expect(await kind({ remote: join(box.root, 'gone.git') })).toBe('not-a-repository');
    expect(await kind({ remote: 'git://127.0.0.1:1/x.git' })).toBe('unreachable');
    expect(await kind({ remote: 'ext::sh -c false' })).toBe('not-a-repository');
    await box.git(['remote', 'remove', 'origin']);
    expect(await problemOf(box.repository.head(box.source))).toMatchObject({
      kind: 'no-remote',
      message: expect.stringContaining('git remote add') as string,
    });
  });

  it.each([
    [401, 'denied'],
    [403, 'denied'],
    [404, 'not-a-repository'],
    [500, 'unreachable'],
  ])('a server that answers %i means %s', async (status, kind) => {
    const server = createServer((_, response) =>
      response.writeHead(status, { 'www-authenticate': 'Basic realm="x"' }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const remote = `http://127.0.0.1:${port}/x.git`;
      expect(await problemOf(box.repository.head({ product: 'p', main: 'main', remote }))).toMatchObject({
        kind,
      });
    } finally {
      server.close();
    }
  });

  it('keeps passwords in addresses out of its messages', async () => {
    const remote = new URL('http://127.0.0.1:1/x.git');
    Object.assign(remote, { username: 'me', password: 'hunter2' });
    const problem = await problemOf(box.repository.head({ product: 'p', main: 'main', remote: remote.href }));
    expect(problem.message).not.toContain('hunter2');
  });

  it('a repository without commits, and one without the main branch', async () => {
    const empty = await createSandbox({ empty: true });
    try {
      for (const work of [
        empty.repository.head(empty.source),
        empty.repository.resolve(empty.source, 'main'),
        empty.repository.commits(empty.source, { until: 'main' }),
      ]) {
        expect(await problemOf(work)).toMatchObject({ kind: 'no-commits' });
      }
      expect(await empty.repository.tags(empty.source)).toEqual([]);
      expect(await empty.repository.unreleasedWork(empty.source)).toEqual({
        dirtyFiles: [],
        unpushedCommits: 0,
      });
    } finally {
      await empty.remove();
    }
    expect(await problemOf(box.repository.head({ ...box.source, main: 'trunk' }))).toMatchObject({
      kind: 'no-main-branch',
      message: expect.stringContaining('it has main') as string,
    });
  });

  it('follows a remote that was changed', async () => {
    await box.repository.head(box.source);
    await box.git(['clone', '--quiet', '--bare', box.remote, join(box.root, 'second.git')], box.root);
    await box.git(['tag', 'v0.9.0']);
    await box.git(['push', '--quiet', 'origin', 'v0.9.0']);
    expect(await box.repository.tags(box.source)).toHaveLength(1);
    await box.git(['remote', 'set-url', 'origin', join(box.root, 'second.git')]);
    expect(await box.repository.tags(box.source)).toEqual([]);
  });
});

describe('reading', () => {
  it('[RW-4] commits since a tag, newest first, with odd characters', async () => {
    await box.git(['tag', 'v1.0.0']);
    await box.git(['push', '--quiet', '--tags']);
    await box.commit('fix: "quotes" $(x) – ünïcödé 🎉 (#3)\n\nbody line\n\nCloses #4\n\x1f odd', {
      'x y.txt': '1',
    });
    await box.commit('', { z: '2' });
    const commits = await box.repository.commits(box.source, { since: 'v1.0.0', until: 'main' });
    expect(commits.map(({ subject }) => subject)).toEqual(['', 'fix: "quotes" $(x) – ünïcödé 🎉 (#3)']);
    expect(commits[1]).toMatchObject({
      author: 'Ada',
      email: 'ada@example.org',
      body: 'body line\n\nCloses #4\n\x1f odd',
    });
    expect(Number.isNaN(Date.parse(commits[0]?.date ?? ''))).toBe(false);
    expect(await box.repository.commits(box.source, { until: 'main' })).toHaveLength(3);
    expect(await box.repository.commits(box.source, { since: 'main', until: 'main' })).toEqual([]);
  });

  it('[RW-4] messages as they were written, and what a commit was made from', async () => {
    const message = 'fix: one line\nBREAKING CHANGE: right below it\n\n    indented';
    const first = await box.commit(message, { a: '1' });
    await box.git(['checkout', '--quiet', '-b', 'topic', 'HEAD~1']);
    await box.git(['commit', '--quiet', '--allow-empty', '-m', 'feat: beside']);
    const beside = await box.git(['rev-parse', 'HEAD']);
    await box.git(['checkout', '--quiet', '-B', 'main', first]);
    await box.git(['merge', '--quiet', '--no-ff', '-m', 'All of it', 'topic']);
    await box.git(['push', '--quiet', 'origin', 'HEAD:main']);
    const commits = await box.repository.commits(box.source, { until: 'main' });
    expect(commits[0]).toMatchObject({ subject: 'All of it', body: '', parents: [first, beside] });
    expect(commits.find(({ sha }) => sha === first)).toMatchObject({
      subject: 'fix: one line',
      body: 'BREAKING CHANGE: right below it\n\n    indented',
      parents: [commits.at(-1)?.sha],
    });
    expect(commits.at(-1)?.parents).toEqual([]);
  });

  it('resolves branches, tags and hashes, and refuses everything else', async () => {
    const { sha } = await box.repository.head(box.source);
    await box.git(['tag', '-a', '-m', 'x', 'v1.0.0']);
    await box.git(['push', '--quiet', '--tags']);
    for (const ref of ['main', 'refs/heads/main', 'origin/main', 'v1.0.0', sha, sha.slice(0, 10)])
      expect(await box.repository.resolve(box.source, ref)).toBe(sha);
    for (const ref of [
      '',
      '--all',
      'main~1',
      'nope',
      'v1.0.0 ',
      'main..v1.0.0',
      '@{u}',
      ':/feat',
      'a\nb',
      '0'.repeat(40),
    ]) {
      expect(await problemOf(box.repository.resolve(box.source, ref))).toMatchObject({ kind: 'unknown-ref' });
    }
  });

  it('[RW-4] knows which hashes are in a history, without fetching for others', async () => {
    const { sha } = await box.repository.head(box.source);
    await box.git(['tag', 'v1.0.0']);
    await box.git(['push', '--quiet', '--tags']);
    const later = await box.commit('fix: later', { a: '2' });
    await box.repository.head(box.source);
    const hashes = [sha, sha.slice(0, 12), later, '0'.repeat(40), 'main', 'abcdef0', '-x', ''];
    expect(await box.repository.within(box.source, 'v1.0.0', hashes)).toEqual([sha, sha.slice(0, 12)]);
    expect(await box.repository.within(box.source, 'main', hashes)).toEqual([sha, sha.slice(0, 12), later]);
    expect(await box.repository.within(box.source, 'main', [])).toEqual([]);
  });

  it('reads files as text, and says which one is not', async () => {
    await box.commit('chore: files', {
      'a[1]*.md': 'x',
      'ü/é.txt': '\uFEFFbom\r\n',
      'empty.txt': '',
      'migrations/001.sql': '1',
      'migrations/deep/002.sql': '2',
    });
    await writeFile(join(box.checkout, 'latin.txt'), Buffer.from([0xe9, 0x0a]));
    const sha = await box.commit('chore: latin', {});
    expect(await box.repository.readFile(box.source, sha, 'ü/é.txt')).toBe('\uFEFFbom\r\n');
    expect(await box.repository.readFile(box.source, sha, 'a[1]*.md')).toBe('x');
    expect(await box.repository.readFile(box.source, sha, 'empty.txt')).toBe('');
    expect(await box.repository.readFile(box.source, sha, 'nope.txt')).toBeUndefined();
    expect(await box.repository.readFile(box.source, sha, 'migrations')).toBeUndefined();
    expect(await problemOf(box.repository.readFile(box.source, sha, 'latin.txt'))).toMatchObject({
      kind: 'not-text',
      files: ['latin.txt'],
    });
    expect(await box.repository.listFiles(box.source, sha, 'migrations/**/*.sql')).toEqual([
      'migrations/001.sql',
      'migrations/deep/002.sql',
    ]);
    expect(await box.repository.listFiles(box.source, sha, 'a[1]*.md')).toEqual(['a[1]*.md']);
    expect(await box.repository.changedFiles(box.source, `${sha}`, sha)).toEqual([]);
    expect(await box.repository.changedFiles(box.source, undefined, sha)).toContain('ü/é.txt');
  });

  it('counts unpushed work of a checkout, and none of a bare repository', async () => {
    await writeFile(join(box.checkout, 'src/a.txt'), 'b\n');
    await box.git(['commit', '--quiet', '-am', 'feat: local only']);
    expect(await box.repository.unreleasedWork(box.source)).toEqual({ dirtyFiles: [], unpushedCommits: 1 });
    expect(await box.repository.unreleasedWork({ product: 'shop', path: box.remote, main: 'main' })).toEqual({
      dirtyFiles: [],
      unpushedCommits: 0,
    });
  });
});

describe('export', () => {
  it('[RW-6] exports a whole tree with modes and links, without .git, exactly once', async () => {
    await symlink('src/a.txt', join(box.checkout, 'link'));
    await writeFile(join(box.checkout, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    const sha = await box.commit('feat: files', {
      '.gitattributes': 'tests export-ignore\n',
      'tests/t.txt': 't',
      'we ird\n.txt': 'w',
    });
    const out = join(box.root, 'out', 'v1');
    await box.repository.export(box.source, sha, out);
    expect((await readdir(out)).sort()).toEqual([
      '.gitattributes',
      'CHANGELOG.md',
      'link',
      'package.json',
      'run.sh',
      'src',
      'tests',
      'we ird\n.txt',
    ]);
    expect((await lstat(join(out, 'link'))).isSymbolicLink()).toBe(true);
    expect((await lstat(join(out, 'run.sh'))).mode & 0o111).not.toBe(0);
    await writeFile(join(out, 'installed'), 'by the driver');
    await box.repository.export(box.source, sha, out);
    expect(await readFile(join(out, 'installed'), 'utf8')).toBe('by the driver');
    expect(await readdir(join(box.root, 'out'))).toEqual(['v1']);
  });

  it('at once from several processes gives one whole tree', async () => {
    const { sha } = await box.repository.head(box.source);
    const out = join(box.root, 'out', 'v1');
    await Promise.all(
      [1, 2, 3].map((n) =>
        createGitRepository({ directory: join(box.root, `p${n}`) }).export(box.source, sha, out),
      ),
    );
    expect((await readdir(out)).sort()).toEqual(['CHANGELOG.md', 'package.json', 'src']);
    expect(await readdir(join(box.root, 'out'))).toEqual(['v1']);
  });
});

describe('[PL-1] after a death', () => {
  const deadPid = async () => {
    const child = execa('true');
    await child;
    return child.pid ?? 0;
  };

  it('removes the worktree that a killed process left, and goes on', async () => {
    const { sha } = await box.repository.head(box.source);
    const clone = join(box.data, 'clones', 'shop.git');
    const left = join(
      box.data,
      'scratch',
      'shop',
      `tmp.${hostname().replace(/[^A-Za-z0-9-]/g, '-')}.${await deadPid()}.x`,
    );
    await box.git(['worktree', 'add', '--quiet', '--detach', left, sha], clone);
    await writeFile(
      join(clone, 'worktrees', (await readdir(join(clone, 'worktrees')))[0] ?? '', 'index.lock'),
      '',
    );
    const commit = (
      await box.repository.createReleaseBranch(box.source, {
        branch: 'release/shop/v1',
        base: sha,
        files: [],
        message: 'x',
        run: 'r',
      })
    ).commit;
    expect(
      await box.repository.mergeToMain(box.source, {
        branch: 'release/shop/v1',
        commit,
        message: 'm',
        run: 'r',
      }),
    ).toMatchObject({ merged: true });
    expect(await readdir(join(box.data, 'scratch', 'shop'))).toEqual([]);
    expect(await readdir(join(clone, 'worktrees')).catch(() => [])).toEqual([]);
  });

  it('breaks a lock that a killed git left long ago, and waits for one of a git that lives', async () => {
    await box.repository.head(box.source);
    const clone = join(box.data, 'clones', 'shop.git');
    const lock = join(clone, 'refs/remotes/origin/main.lock');
    const sha = await box.commit('feat: more', { n: '1' });
    await mkdir(join(clone, 'refs/remotes/origin'), { recursive: true });
    await writeFile(lock, '');
    await utimes(lock, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
    expect((await box.repository.head(box.source)).sha).toBe(sha);

    const next = await box.commit('feat: more still', { n: '2' });
    await writeFile(lock, '');
    const waiting = box.repository.head(box.source);
    await rm(lock);
    expect((await waiting).sha).toBe(next);
  });

  it('makes the clone anew where only half of it is there', async () => {
    const { sha } = await box.repository.head(box.source);
    const clone = join(box.data, 'clones', 'shop.git');
    await rm(join(clone, 'HEAD'));
    expect((await box.repository.head(box.source)).sha).toBe(sha);
    await rm(clone, { recursive: true });
    await mkdir(clone);
    expect((await box.repository.head(box.source)).sha).toBe(sha);
  });

  it('throws a clone away that a power cut spoiled: the next attempt makes a new one', async () => {
    await box.repository.head(box.source);
    const objects = join(box.data, 'clones', 'shop.git', 'objects');
    for (const entry of await readdir(objects, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      await rm(join(entry.parentPath, entry.name), { force: true });
      await writeFile(join(entry.parentPath, entry.name), '');
    }
    const sha = await box.commit('feat: after the power cut', { n: '1' });
    await box.repository.head(box.source).catch(() => undefined);
    expect((await box.repository.head(box.source)).sha).toBe(sha);
    expect(await box.repository.readFile(box.source, sha, 'src/a.txt')).toBe('a\n');
  });

  it('a worker that is killed in the middle of a push leaves a state that another finishes', async () => {
    const { sha } = await box.repository.head(box.source);
    const request = {
      branch: 'release/shop/v2',
      base: sha,
      files: [{ path: 'x', content: '1' }],
      message: 'x',
      run: 'r',
    };
    await box.hook(`touch ${box.root}/receiving; while [ ! -e ${box.root}/go ]; do :; done`);
    const script = `import { createGitRepository } from '${new URL('../../../src/adapters/git/repository.ts', import.meta.url).pathname}';
await createGitRepository({ directory: process.argv[1] }).createReleaseBranch(JSON.parse(process.argv[2]), JSON.parse(process.argv[3]));`;
    const child = execa(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        script,
        box.data,
        JSON.stringify(box.source),
        JSON.stringify(request),
      ],
      { reject: false, cleanup: true },
    );
    await expect.poll(() => readdir(box.root), { timeout: 30_000 }).toContain('receiving');
    child.kill('SIGKILL');
    await child;
    await writeFile(join(box.root, 'go'), '');
    await box.hook('exit 0');
    const made = await box.repository.createReleaseBranch(box.source, request);
    expect(await box.git(['rev-parse', request.branch], box.remote)).toBe(made.commit);
    expect(await box.git(['rev-list', '--count', `${sha}..${request.branch}`], box.remote)).toBe('1');
  });
});

it('many operations on one product at once wait for each other; products do not', async () => {
  const source = (product: string) => ({ ...box.source, product });
  const results = await Promise.all(
    [...Array(6).keys()].map((n) =>
      box.repository.tag(source(n % 2 === 0 ? 'shop' : 'bank'), {
        name: `v1.0.${n}`,
        commit: 'main',
        message: 'x',
      }),
    ),
  );
  expect(results.every(({ created }) => created)).toBe(true);
  expect(await box.repository.tags(box.source)).toHaveLength(6);
});
