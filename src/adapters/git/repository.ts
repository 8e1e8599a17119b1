import type { SourceRef, SourceRepository } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { openClone } from './clone.ts';
import { deleteBranch } from './delete-branch.ts';
import { exportTree } from './export.ts';
import { readCommits } from './commits.ts';
import { changedPaths, listPaths, readTags, readText } from './history.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { mergeToMain } from './merge.ts';
import { addToMain } from './commit-file.ts';
import { branchTip, commitHere, commitOf, hashesWithin, mainTip } from './refs.ts';
import { createReleaseBranch } from './release-branch.ts';
import { droppedByMain } from './rewritten.ts';
import type { Identity } from './runner.ts';
import { pushTag } from './tag.ts';
import { unreleasedWork } from './unreleased-work.ts';

export interface GitRepositoryOptions {
  /** Sluice's own directory for clones and scratch directories. May be shared by several processes. */
  readonly directory: string;
  /** Who commits and tags; Sluice unless configured. */
  readonly identity?: Identity;
}

/**
 * A product's repository through git: one bare clone each in `directory`, and scratch directories of one operation each. What a person works
 * in is only asked for its remote's address and, for a warning, for its status. Operations on a product run one after the other.
 */
export function createGitRepository({
  directory,
  identity = { name: 'Sluice', email: 'sluice@localhost' },
}: GitRepositoryOptions): SourceRepository {
  const inTurn = createKeyedMutex();
  const using = <T>(source: SourceRef, work: (clone: Clone) => Promise<T>) =>
    inTurn(source.product, async () => work(await openClone(directory, source, identity)));
  /** The commits of refs; fetches unless all of them are hashes that are here. */
  const known = async (clone: Clone, refs: readonly string[]) => {
    const here = await Promise.all(refs.map((ref) => commitHere(clone, ref)));
    if (here.every((commit) => commit !== undefined)) return here;
    await clone.fetch();
    return Promise.all(refs.map((ref) => commitOf(clone, ref)));
  };
  const at = <T>(source: SourceRef, ref: string, work: (clone: Clone, commit: string) => Promise<T>) =>
    using(source, async (clone) => {
      const [commit = ''] = await known(clone, [ref]);
      return work(clone, commit);
    });

  return {
    head: (source) =>
      using(source, async (clone) => {
        await clone.fetch();
        const [commit] = await readCommits(clone, ['--no-walk', await mainTip(clone)]);
        if (!commit) throw new Error(`git does not show the commit of ${source.main}.`);
        return commit;
      }),
    resolve: (source, ref) => at(source, ref, (_, commit) => Promise.resolve(commit)),
    tags: (source) =>
      using(source, async (clone) => {
        await clone.fetch();
        return readTags(clone, await branchTip(clone, source.main));
      }),
    commits: (source, { since, until }) =>
      using(source, async (clone) => {
        const [to = '', from] = await known(clone, since === undefined ? [until] : [until, since]);
        return readCommits(clone, from === undefined ? [to] : [to, `^${from}`]);
      }),
    within: (source, of, hashes) => at(source, of, (clone, commit) => hashesWithin(clone, commit, hashes)),
    dropped: (source, ref) =>
      at(source, ref, async (clone, commit) => droppedByMain(clone, await mainTip(clone), commit)),
    readFile: (source, ref, path) => at(source, ref, (clone, commit) => readText(clone, commit, path)),
    listFiles: (source, ref, glob) => at(source, ref, (clone, commit) => listPaths(clone, commit, glob)),
    changedFiles: (source, from, to) =>
      using(source, async (clone) => {
        const [newer = '', older] = await known(clone, from === undefined ? [to] : [to, from]);
        return changedPaths(clone, older, newer);
      }),
    unreleasedWork,
    export: (source, commit, target) => at(source, commit, (clone, sha) => exportTree(clone, sha, target)),
    createReleaseBranch: (source, request) => using(source, (clone) => createReleaseBranch(clone, request)),
    addToMain: (source, request) => using(source, (clone) => addToMain(clone, request)),
    mergeToMain: (source, request) => using(source, (clone) => mergeToMain(clone, request)),
    tag: (source, request) => using(source, (clone) => pushTag(clone, request)),
    deleteBranch: (source, request) => using(source, (clone) => deleteBranch(clone, request)),
  };
}
