import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { FixCommit, Snapshot, WorkTrees } from '../../activities/ports/worktrees.ts';
import type { ChangedFile } from '../../domain/agents/change.ts';
import type { Clone } from './clone.ts';
import { openClone } from './clone.ts';
import { isOfRun, withRunTrailer } from './messages.ts';
import { lastWords } from './problems.ts';
import { push } from './push.ts';
import { branchTip, commitHere, commitOf, requireRefName } from './refs.ts';
import { writeCommit } from './release-branch.ts';
import type { GitRepositoryOptions } from './repository.ts';
import { git } from './runner.ts';
import { withScratch } from './scratch.ts';

/**
 * Checkouts for agents. Each has a repository of its own that borrows its objects from the clone, so that nothing an agent does to it
 * reaches the clone; what is committed is read from its files alone, with the clone's own index and settings.
 */
export function createWorkTrees({
  directory: root,
  identity = { name: 'Sluice', email: 'sluice@localhost' },
}: GitRepositoryOptions): WorkTrees {
  return {
    async checkout(source, { commit, directory }) {
      const clone = await openClone(root, source, identity);
      const here = await commitHere(clone, commit);
      if (here === undefined) await clone.fetch();
      await checkout(clone, here ?? (await commitOf(clone, commit)), directory);
    },
    async snapshot(source, { commit, directory }) {
      return snapshot(await openClone(root, source, identity), commit, directory);
    },
    async publish(source, request) {
      return publish(await openClone(root, source, identity), request);
    },
  };
}

async function checkout(clone: Clone, commit: string, directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  await mkdir(dirname(directory), { recursive: true });
  const must = async (args: readonly string[]): Promise<void> => {
    const done = await git(args, {
      cwd: args[0] === 'init' ? dirname(directory) : directory,
      env: { GIT_LFS_SKIP_SMUDGE: '1' },
    });
    if (!done.ok) throw new Error(`A checkout for an agent can't be made: ${lastWords(done.stderr)}`);
  };
  await must(['init', '--quiet', '--template=', directory]);
  const objects = join(directory, '.git', 'objects', 'info');
  await mkdir(objects, { recursive: true });
  await writeFile(join(objects, 'alternates'), `${join(clone.directory, 'objects')}\n`);
  await must(['checkout', '--quiet', '--detach', commit]);
}

async function snapshot(clone: Clone, commit: string, directory: string): Promise<Snapshot> {
  return withScratch(clone.scratch, async (path) => {
    await mkdir(path);
    const options = {
      cwd: directory,
      env: { GIT_INDEX_FILE: join(path, 'index'), GIT_WORK_TREE: directory },
    };
    const must = async (args: readonly string[]): Promise<string> => {
      const done = await clone.git(args, options);
      if (!done.ok)
        throw new Error(`The agent's files in ${directory} can't be read: ${lastWords(done.stderr)}`);
      return done.stdout;
    };
    await must(['read-tree', commit]);
    await must(['add', '--all', '.']);
    const raw = await must(['diff-index', '--cached', '--raw', '--no-renames', '-z', commit]);
    return { tree: (await must(['write-tree'])).trim(), changed: changesOf(raw) };
  });
}

/** `:100644 100644 abc def M\0path\0`, and so on. */
function changesOf(raw: string): ChangedFile[] {
  const parts = raw.split('\0').filter((part) => part !== '');
  const changed: ChangedFile[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode = '', , , status = ''] = (parts[at] ?? '').split(' ');
    changed.push({
      path: parts[at + 1] ?? '',
      kind: status.startsWith('A') ? 'added' : status.startsWith('D') ? 'removed' : 'changed',
      ...(mode === '160000' ? { isRepository: true } : {}),
    });
  }
  return changed;
}

async function publish(clone: Clone, request: FixCommit): Promise<{ readonly commit: string }> {
  const ref = `refs/heads/${request.branch}`;
  await requireRefName(clone, ref);
  let commit: string | undefined;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await clone.fetch();
    const tip = await branchTip(clone, request.branch);
    if (tip !== undefined) {
      if (!(await isOfRun(clone, tip, request.run))) throw taken(clone, request.branch, tip);
      if (await isSame(clone, tip, request)) return { commit: tip };
    }
    commit ??= await writeCommit(
      clone,
      request.tree,
      [request.parent],
      withRunTrailer(request.message, request.run),
    );
    if ((await push(clone, { to: ref, object: commit, expect: tip ?? '' })) === 'pushed') return { commit };
  }
  throw taken(clone, request.branch, (await branchTip(clone, request.branch)) ?? '');
}

async function isSame(clone: Clone, tip: string, { tree, parent }: FixCommit): Promise<boolean> {
  const shown = await clone.git(['rev-parse', `${tip}^{tree}`, `${tip}^1`]);
  return shown.stdout.trim() === `${tree}\n${parent}`;
}

function taken(clone: Clone, branch: string, tip: string): SourceProblem {
  return new SourceProblem(
    'branch-exists',
    `The branch ${branch} exists on ${clone.url} at ${tip.slice(0, 10)}, and its last commit is not this run's: rename or delete it, then retry.`,
  );
}
