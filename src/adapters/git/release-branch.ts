import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { ReleaseBranch } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { treeEntry } from './history.ts';
import { isOfRun, withRunTrailer } from './messages.ts';
import { push } from './push.ts';
import { branchTip, commitOf, requireRefName } from './refs.ts';
import { identityEnv } from './runner.ts';
import { withScratch } from './scratch.ts';

/**
 * Makes the release branch with its version commit. The run's own branch is found again by its trailer, whoever
 * made it; where the run asks for it on a newer base (a fix came to main), its own commit is replaced, but never a commit of
 * somebody else's on top of it.
 * @throws SourceProblem `branch-exists`, `conflict` (a file of the base stands where a folder would have to), `push-rejected`, `unknown-ref`, `unreachable`, `denied`
 */
export async function createReleaseBranch(
  clone: Clone,
  request: ReleaseBranch,
): Promise<{ readonly commit: string; readonly created: boolean }> {
  const ref = `refs/heads/${request.branch}`;
  await requireRefName(clone, ref);
  await clone.fetch();
  const base = await commitOf(clone, request.base);
  const tree = await writeTree(clone, base, request.files);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const tip = await branchTip(clone, request.branch);
    const own = tip === undefined ? undefined : await ownCommit(clone, tip, request.run);
    if (tip !== undefined && own === undefined)
      throw taken(clone, request.branch, tip, 'it was made by somebody else or by another run');
    if (own !== undefined && (await isSame(clone, own, base, tree))) return { commit: own, created: false };
    if (own !== tip)
      throw taken(
        clone,
        request.branch,
        tip ?? '',
        'it has further commits, and the version commit has to change below them',
      );
    const commit = await writeCommit(clone, tree, [base], withRunTrailer(request.message, request.run));
    if ((await push(clone, { to: ref, object: commit, expect: tip ?? '' })) === 'pushed')
      return { commit, created: true };
    await clone.fetch(); // somebody was faster: perhaps this very run in another process
  }
  throw taken(
    clone,
    request.branch,
    (await branchTip(clone, request.branch)) ?? '',
    'it changes all the time',
  );
}

/** The commit of a tree, in Sluice's name. Needs no working tree, and no hook or signature of anybody. */
export async function writeCommit(
  clone: Clone,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const made = await clone.git(
    ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
    { input: message, env: identityEnv(clone.identity) },
  );
  if (!made.ok) throw new Error(`The commit can't be written: ${made.stderr.trim()}`);
  return made.stdout.trim();
}

/** The run's version commit: the tip, or below commits that people put on the branch. */
async function ownCommit(clone: Clone, tip: string, run: string): Promise<string | undefined> {
  const listed = await clone.git([
    'rev-list',
    '--first-parent',
    '--max-count=100',
    tip,
    '--not',
    `refs/remotes/origin/${clone.source.main}`,
  ]);
  for (const commit of listed.stdout.split('\n').filter((line) => line !== ''))
    if (await isOfRun(clone, commit, run)) return commit;
  return (await isOfRun(clone, tip, run)) ? tip : undefined;
}

async function isSame(clone: Clone, commit: string, base: string, tree: string): Promise<boolean> {
  const shown = await clone.git(['rev-parse', `${commit}^{tree}`, `${commit}^1`]);
  return shown.stdout.trim() === `${tree}\n${base}`;
}

/** The base's tree with the files in it, byte for byte as given; a file that is there keeps its mode. */
export async function writeTree(clone: Clone, base: string, files: ReleaseBranch['files']): Promise<string> {
  const found = await entriesAt(clone, base, files);
  return withScratch(clone.scratch, async (path) => {
    await mkdir(path);
    const env = { GIT_INDEX_FILE: join(path, 'index') };
    const entries: string[] = [];
    for (const file of files) {
      const blob = await clone.git(['hash-object', '-w', '--stdin', '--no-filters'], { input: file.content });
      const mode = found.get(file.path);
      entries.push(`${mode === '100755' ? mode : '100644'} ${blob.stdout.trim()}\t${file.path}\0`);
    }
    await clone.git(['read-tree', base], { env });
    const updated = await clone.git(['update-index', '--add', '-z', '--index-info'], {
      env,
      input: entries.join(''),
    });
    const written = await clone.git(['write-tree'], { env });
    // git only warns about a path that no tree may hold
    const bad =
      updated.ok && written.ok && !/ignoring path|invalid path/i.test(updated.stderr)
        ? undefined
        : `${updated.stderr}${written.stderr}`.trim();
    if (bad !== undefined)
      throw unwritable(
        files.map((file) => file.path),
        bad,
      );
    return written.stdout.trim();
  });
}

/**
 * Modes of the files that are there, by path. git would put a folder in the place of a file, and a file in that of a link.
 * @throws SourceProblem `conflict`
 */
async function entriesAt(
  clone: Clone,
  base: string,
  files: ReleaseBranch['files'],
): Promise<ReadonlyMap<string, string>> {
  const modes = new Map<string, string>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (const length of parts.keys()) {
      const at = parts.slice(0, length + 1).join('/');
      const entry = modes.has(at) ? undefined : await treeEntry(clone, base, at);
      if (!entry) continue;
      if (at === path ? !entry.mode.startsWith('100') : entry.type !== 'tree')
        throw unwritable([path], `${at} of ${base.slice(0, 10)} is ${kinds[entry.mode] ?? 'a folder'}`);
      modes.set(at, entry.mode);
    }
  }
  return modes;
}

const kinds: Readonly<Record<string, string>> = {
  '100644': 'a file',
  '100755': 'a file',
  '120000': 'a symbolic link',
  '160000': 'a submodule',
};

const unwritable = (paths: readonly string[], why: string) =>
  new SourceProblem(
    'conflict',
    `The files of the release can't be written (${paths.join(', ')}): ${why}. Where something else stands in the way of the notes, \`release.notes\` says another path for them.`,
    paths,
  );

function taken(clone: Clone, branch: string, tip: string, why: string): SourceProblem {
  return new SourceProblem(
    'branch-exists',
    `The branch ${branch} exists on ${clone.url} at ${tip.slice(0, 10)}: ${why}. Delete or rename it, then retry.`,
  );
}
