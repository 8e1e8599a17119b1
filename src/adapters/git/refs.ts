import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import type { GitDirectory } from './git-directory.ts';

/** Finding commits in the clone. */

/**
 * The commit of a full hash, a branch of the remote, a tag, or a short hash, in this order.
 * @throws SourceProblem `unknown-ref`, `no-commits`
 */
export async function commitOf(clone: Clone, ref: string): Promise<string> {
  if (!/^-|\.\.|[\s:^~?*[\\]|@\{/.test(ref) && ref !== '') {
    const short = /^[0-9a-f]{7,64}$/.test(ref) ? [ref] : [];
    const name = ref.replace(/^refs\/heads\/|^origin\//, '');
    const names = [`refs/remotes/origin/${name}`, ref.startsWith('refs/tags/') ? ref : `refs/tags/${ref}`];
    for (const candidate of isHash(ref) ? short : [...names, ...short]) {
      const found = await peeled(clone, candidate);
      if (found !== undefined) return found;
    }
  }
  await requireCommits(clone);
  throw new SourceProblem(
    'unknown-ref',
    `${clone.url} has no branch, tag or commit '${ref}': check the name, and that it was pushed.`,
  );
}

/** The commit of a full hash that is here already, so that nothing needs to be fetched; undefined for whatever else. */
export const commitHere = async (clone: Clone, ref: string): Promise<string | undefined> =>
  isHash(ref) ? peeled(clone, ref) : undefined;

/** Where a branch of the remote stands, or undefined. */
export const branchTip = (clone: Clone, branch: string): Promise<string | undefined> =>
  peeled(clone, `refs/remotes/origin/${branch}`);

async function peeled(clone: Clone, name: string): Promise<string | undefined> {
  const found = await clone.git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return found.ok ? found.stdout.trim() : undefined;
}

/** @throws SourceProblem `no-commits`, `no-main-branch` */
export async function mainTip(clone: Clone): Promise<string> {
  const { main } = clone.source;
  const tip = await branchTip(clone, main);
  if (tip !== undefined) return tip;
  const branches = await requireCommits(clone);
  throw new SourceProblem(
    'no-main-branch',
    `${clone.url} has no branch '${main}' (it has ${branches.join(', ')}): correct repository.main.`,
  );
}

/** The branches of a remote that has any. */
async function requireCommits(clone: Clone): Promise<readonly string[]> {
  const listed = await clone.git([
    'for-each-ref',
    '--count=20',
    '--format=%(refname:strip=3)',
    'refs/remotes/origin',
    'refs/tags',
  ]);
  if (listed.stdout.trim() !== '') return listed.stdout.trim().split('\n');
  throw new SourceProblem(
    'no-commits',
    `${clone.url} has no commits yet: commit and push the branch ${clone.source.main} first.`,
  );
}

export const isAncestor = async (clone: GitDirectory, ancestor: string, of: string) =>
  (await clone.git(['merge-base', '--is-ancestor', ancestor, of])).ok;

/** Of hashes as people wrote them, full or short, those of commits in the history of `of`. */
export async function hashesWithin(
  clone: GitDirectory,
  of: string,
  hashes: readonly string[],
): Promise<readonly string[]> {
  const asked = hashes.filter((hash) => /^[0-9a-f]{7,64}$/.test(hash));
  if (asked.length === 0) return [];
  const found = await clone.git(['cat-file', '--batch-check=%(objecttype) %(objectname)'], {
    input: asked.map((hash) => `${hash}\n`).join(''),
  });
  const commits = found.stdout.split('\n').map((line) => /^commit ([0-9a-f]+)$/.exec(line)?.[1]);
  const within: string[] = [];
  for (const [at, hash] of asked.entries()) {
    const commit = commits[at];
    if (commit !== undefined && (await isAncestor(clone, commit, of))) within.push(hash);
  }
  return within;
}

/** @throws SourceProblem `unknown-ref` where git does not allow the name */
export async function requireRefName(clone: Clone, ref: string): Promise<void> {
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
  if (!name.startsWith('-') && (await clone.git(['check-ref-format', ref])).ok) return;
  throw new SourceProblem(
    'unknown-ref',
    `'${name}' is not a name that git allows for a ${ref.startsWith('refs/tags/') ? 'tag' : 'branch'}.`,
  );
}

export const isHash = (ref: string) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);
