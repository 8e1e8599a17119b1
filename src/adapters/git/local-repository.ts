import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceHistory } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { GitDirectory } from './git-directory.ts';
import { readCommits } from './commits.ts';
import { changedPaths, listPaths, readTags, readText } from './history.ts';
import { repositoryKind } from './location.ts';
import { hashesWithin, isHash } from './refs.ts';
import type { GitOptions } from './runner.ts';
import { git, gitBytes, gitStream } from './runner.ts';

/** A repository on this machine that is only read: a checkout or a bare one, where it is and as it is. */
export interface LocalRepository extends GitDirectory {
  /** Git's own directory of it. */
  readonly gitDirectory: string;
  /** Commits whose parents a shallow clone left behind; empty where the history is whole. */
  readonly shallow: ReadonlySet<string>;
  /** Whether git is told here to see another history than others see (`git replace`, grafts). It is not followed. */
  readonly rewritten: boolean;
}

/** What a release sees is what everybody has: replacements and grafts are of one clone alone. */
export const asOthersSeeIt = { GIT_NO_REPLACE_OBJECTS: '1', GIT_GRAFT_FILE: '/dev/null' };

/** @throws SourceProblem `not-a-repository` */
export async function openLocalRepository(path: string): Promise<LocalRepository> {
  const directory = resolve(path);
  await repositoryKind(directory, '--repository');
  const places = ['--absolute-git-dir', '--git-path', 'shallow', '--git-path', 'info/grafts'];
  const asked = await git(['rev-parse', ...places], { cwd: directory });
  const [gitDirectory = '', ...files] = asked.stdout.trimEnd().split('\n');
  const at = (args: readonly string[]) => ['--git-dir', gitDirectory, ...args];
  const under = (options: Partial<GitOptions>): GitOptions => ({
    cwd: directory,
    ...options,
    env: { ...asOthersSeeIt, ...options.env },
  });
  const local: GitDirectory = {
    directory,
    git: (args, options = {}) => git(at(args), under(options)),
    stream: (args, onText, options = {}) => gitStream(at(args), under(options), onText),
    bytes: (args, options = {}) => gitBytes(at(args), under(options)),
  };
  const [shallow = '', grafts = ''] = await Promise.all(
    files.map((file) => textOf(resolve(directory, file))),
  );
  const replaced = await local.git(['for-each-ref', '--count=1', 'refs/replace']);
  return {
    ...local,
    gitDirectory,
    shallow: new Set(shallow.split('\n').filter((line) => line !== '')),
    rewritten: grafts.trim() !== '' || replaced.stdout !== '',
  };
}

/**
 * The commit of a branch, a tag or a hash; of what is checked out where nothing is named.
 * @throws SourceProblem `no-commits`, `unknown-ref`
 */
export async function localCommit(from: GitDirectory, ref = 'HEAD'): Promise<string> {
  const names = ref.startsWith('-') ? [] : [ref, `refs/remotes/origin/${ref}`];
  for (const name of names) {
    const found = await from.git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    if (found.ok) return found.stdout.trim();
  }
  const listed = await from.git(['for-each-ref', '--count=20', '--format=%(refname:short)', 'refs/heads']);
  const branches = listed.stdout.trim().split('\n').join(', ');
  if (branches === '' && ref === 'HEAD')
    throw new SourceProblem('no-commits', `${from.directory} has no commits yet.`);
  throw new SourceProblem(
    'unknown-ref',
    ref === 'HEAD'
      ? `HEAD of ${from.directory} is a branch that is not there (it has ${branches}): name one with --ref.`
      : `${from.directory} has no branch, tag or commit '${ref}'${branches === '' ? '' : ` (it has the branches ${branches})`}.`,
  );
}

/** What is read of a local repository, with `head` for the commit of main. */
export function localHistory(from: GitDirectory, head: string): SourceHistory {
  return {
    head: async () => {
      const [commit] = await readCommits(from, ['--no-walk', head]);
      if (!commit) throw new Error(`git does not show the commit ${head}.`);
      return commit;
    },
    tags: () => readTags(from, head),
    commits: async (_, { since, until }) =>
      readCommits(from, [
        await hashOf(from, until),
        ...(since === undefined ? [] : [`^${await hashOf(from, since)}`]),
      ]),
    within: async (_, of, hashes) => hashesWithin(from, await hashOf(from, of), hashes),
    readFile: async (_, ref, path) => readText(from, await hashOf(from, ref), path),
    listFiles: async (_, ref, glob) => listPaths(from, await hashOf(from, ref), glob),
    changedFiles: async (_, older, newer) =>
      changedPaths(
        from,
        older === undefined ? undefined : await hashOf(from, older),
        await hashOf(from, newer),
      ),
  };
}

/** Of a commit, or of a tag by its name. */
async function hashOf(from: GitDirectory, ref: string): Promise<string> {
  return isHash(ref) ? ref : localCommit(from, `refs/tags/${ref}`);
}

const textOf = (file: string) => readFile(file, 'utf8').catch(() => '');
