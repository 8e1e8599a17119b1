import type { NewFile } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { treeEntry } from './history.ts';
import { withRunTrailer } from './messages.ts';
import { push } from './push.ts';
import { mainTip } from './refs.ts';
import { writeCommit, writeTree } from './release-branch.ts';

const attempts = 5;

/**
 * Puts a new file on main, on top of whatever main is by then; one that is there stays as it is, whoever wrote it.
 * @throws SourceProblem `conflict` (something else stands where its folder would be), `moved`, `push-rejected`, `no-main-branch`, `unreachable`, `denied`
 */
export async function addToMain(
  clone: Clone,
  { path, content, message, run }: NewFile,
): Promise<{ readonly commit: string | undefined }> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    await clone.fetch();
    const main = await mainTip(clone);
    if (await treeEntry(clone, main, path)) return { commit: undefined };
    const tree = await writeTree(clone, main, [{ path, content }]);
    const commit = await writeCommit(clone, tree, [main], withRunTrailer(message, run));
    if ((await push(clone, { to: `refs/heads/${clone.source.main}`, object: commit })) === 'pushed')
      return { commit };
  }
  throw new SourceProblem(
    'moved',
    `${clone.source.main} of ${clone.url} moved ${attempts} times while ${path} was being committed: retry when it is quiet.`,
  );
}
