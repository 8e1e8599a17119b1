import type { MergeRequest } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { withRunTrailer } from './messages.ts';
import { lastWords } from './problems.ts';
import { push } from './push.ts';
import { commitOf, isAncestor, mainTip } from './refs.ts';
import { writeCommit } from './release-branch.ts';
import { refuseDropped } from './rewritten.ts';
import { git } from './runner.ts';
import { withScratch } from './scratch.ts';

const attempts = 5;

/**
 * Brings exactly the requested commit into main with a merge commit, on top of whatever main is by then, in a worktree of its own.
 * Nothing is pushed before the merge is whole.
 * @throws SourceProblem `conflict` with the files, `rewritten`, `moved`, `push-rejected`, `unknown-ref`, `no-main-branch`, `unreachable`, `denied`
 */
export async function mergeToMain(
  clone: Clone,
  request: MergeRequest,
): Promise<{ readonly commit: string; readonly merged: boolean }> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    await clone.fetch();
    const main = await mainTip(clone);
    const commit = await commitOf(clone, request.commit);
    if (await isAncestor(clone, commit, main))
      return { commit: await cameIn(clone, commit, main), merged: false };
    await refuseDropped(clone, main, commit);
    const tree = await mergedTree(clone, main, commit, request);
    const merge = await writeCommit(
      clone,
      tree,
      [main, commit],
      withRunTrailer(request.message, request.run),
    );
    if ((await push(clone, { to: `refs/heads/${clone.source.main}`, object: merge })) === 'pushed')
      return { commit: merge, merged: true };
  }
  throw new SourceProblem(
    'moved',
    `${clone.source.main} of ${clone.url} moved ${attempts} times while the release was being merged: retry when it is quiet.`,
  );
}

/** The first commit of main's own line that holds the commit: its merge, or itself where main was moved onto it. */
async function cameIn(clone: Clone, commit: string, main: string): Promise<string> {
  const line = async (option: string) =>
    (await clone.git(['rev-list', option, `${commit}..${main}`])).stdout
      .split('\n')
      .filter((sha) => sha !== '');
  const holding = new Set(await line('--ancestry-path'));
  const through = (await line('--first-parent')).filter((sha) => holding.has(sha)).at(-1);
  if (through === undefined) return commit;
  const before = await clone.git(['rev-parse', `${through}^1`]);
  return before.stdout.trim() === commit ? commit : through;
}

async function mergedTree(
  clone: Clone,
  main: string,
  commit: string,
  request: MergeRequest,
): Promise<string> {
  return withScratch(clone.scratch, async (path) => {
    await clone.git(['worktree', 'prune']);
    try {
      const added = await clone.git(['worktree', 'add', '--quiet', '--detach', path, main], {
        env: { GIT_LFS_SKIP_SMUDGE: '1' },
      });
      if (!added.ok) throw new Error(`A worktree for the merge can't be made: ${lastWords(added.stderr)}`);
      const merge = await git(
        ['merge', '--no-ff', '--no-commit', '--no-verify-signatures', '--quiet', commit],
        { cwd: path, env: { GIT_LFS_SKIP_SMUDGE: '1', ...author(clone) } },
      );
      const conflicts = (await git(['diff', '--name-only', '--diff-filter=U', '-z'], { cwd: path })).stdout
        .split('\0')
        .filter((file) => file !== '');
      if (!merge.ok || conflicts.length > 0) throw conflict(clone, request, conflicts, merge.stderr);
      const written = await git(['write-tree'], { cwd: path });
      if (!written.ok) throw new Error(`The merge can't be written: ${lastWords(written.stderr)}`);
      return written.stdout.trim();
    } finally {
      await clone.git(['worktree', 'remove', '--force', path]);
    }
  });
}

function conflict(
  clone: Clone,
  request: MergeRequest,
  files: readonly string[],
  stderr: string,
): SourceProblem {
  const { main } = clone.source;
  const what =
    files.length > 0
      ? `has conflicts in ${files.length === 1 ? 'one file' : `${files.length} files`}`
      : `is not possible (${lastWords(stderr)})`;
  return new SourceProblem(
    'conflict',
    `The merge of ${request.branch} (${request.commit.slice(0, 10)}) into ${main} ${what}; nothing was pushed. Merge it by hand, push ${main}, then retry`,
    files,
  );
}

const author = (clone: Clone) => ({
  GIT_COMMITTER_NAME: clone.identity.name,
  GIT_COMMITTER_EMAIL: clone.identity.email,
});
