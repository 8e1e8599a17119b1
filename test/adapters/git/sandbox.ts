import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { SourceProblem, SourceRef, SourceRepository } from '../../../src/activities/ports/source.ts';

/** A person's checkout with a bare remote, and Sluice's repository over it. */
export interface Sandbox {
  readonly root: string;
  readonly remote: string;
  readonly checkout: string;
  readonly data: string;
  readonly source: SourceRef;
  readonly repository: SourceRepository;
  /** git in the person's checkout, or in another directory. */
  git(args: readonly string[], cwd?: string): Promise<string>;
  /** A person commits files to the checkout and pushes main. */
  commit(message: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** A pre-receive hook of the remote: a shell script that reads `old new ref` lines. */
  hook(script: string): Promise<void>;
  remove(): Promise<void>;
}

const person = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

export async function createSandbox(options: { empty?: boolean } = {}): Promise<Sandbox> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sluice-git-')));
  const remote = join(root, 'remote.git');
  const checkout = join(root, 'checkout');
  const data = join(root, 'data');
  const git = async (args: readonly string[], cwd = checkout) =>
    (
      await execa('git', ['-c', 'commit.gpgSign=false', '-c', 'core.autocrlf=false', ...args], {
        cwd,
        env: person,
      })
    ).stdout;
  /** Several commands by one process: starting one from a test's process takes longer than most of them. */
  const shell = async (lines: readonly string[], cwd: string, ...args: readonly string[]) => {
    const one = 'one() { git -c commit.gpgSign=false -c core.autocrlf=false "$@"; }';
    const script = ['set -e', one, ...lines].join('\n');
    return (await execa('sh', ['-c', script, 'sandbox', ...args], { cwd, env: person })).stdout;
  };
  await shell(
    [
      'one init --quiet --bare --initial-branch=main "$1"',
      'one init --quiet --initial-branch=main "$2"',
      'one -C "$2" remote add origin "$1"',
    ],
    root,
    ...[remote, checkout],
  );
  const commit = async (message: string, files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(checkout, path)), { recursive: true });
      await writeFile(join(checkout, path), text);
    }
    return shell(
      [
        'one add --all',
        'one commit --quiet --allow-empty --allow-empty-message -m "$1"',
        'one push --quiet origin HEAD:main',
        'one rev-parse HEAD',
      ],
      checkout,
      message,
    );
  };
  if (!options.empty)
    await commit('feat: begin', {
      'package.json': '{\n  "version": "1.0.0"\n}\n',
      'CHANGELOG.md': '# Changelog\n',
      'src/a.txt': 'a\n',
    });
  return {
    root,
    remote,
    checkout,
    data,
    source: { product: 'shop', path: checkout, main: 'main' },
    repository: createGitRepository({ directory: data }),
    git,
    commit,
    hook: async (script) => {
      await writeFile(join(remote, 'hooks', 'pre-receive'), `#!/bin/sh\n${script}\n`);
      await chmod(join(remote, 'hooks', 'pre-receive'), 0o755);
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Every file below a directory with a digest of its bytes: equal before and after means untouched. */
export async function fingerprint(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile())
      found[path] = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    if (entry.isSymbolicLink()) found[path] = await readlink(path);
  }
  return found;
}

/** The problem that a promise ends with. */
export async function problemOf(work: Promise<unknown>): Promise<SourceProblem> {
  return work.then(
    (value) => Promise.reject(new Error(`expected a SourceProblem, got ${JSON.stringify(value)}`)),
    (error: unknown) => {
      if ((error as Error).name !== 'SourceProblem') throw error;
      return error as SourceProblem;
    },
  );
}
