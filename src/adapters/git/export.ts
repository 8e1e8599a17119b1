import { mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clone } from './clone.ts';
import { lastWords } from './problems.ts';
import { sweepScratch, withScratch } from './scratch.ts';

/**
 * Writes the tree of a commit into `directory`, which appears whole or not at all: it is filled aside and renamed. A directory that
 * is there with content is left alone. Checked out, and not `git archive`d, because an archive leaves out what `export-ignore` names.
 */
export async function exportTree(clone: Clone, commit: string, directory: string): Promise<void> {
  if (await hasContent(directory)) return;
  const parent = dirname(directory);
  await sweepScratch(parent);
  await withScratch(parent, async (path) => {
    const tree = join(path, 'tree');
    await mkdir(tree, { recursive: true });
    const options = { env: { GIT_INDEX_FILE: join(path, 'index'), GIT_WORK_TREE: tree }, cwd: tree };
    for (const args of [
      ['read-tree', commit],
      ['checkout-index', '--all', '--force', '--quiet'],
    ]) {
      const done = await clone.git(args, options);
      if (!done.ok)
        throw new Error(
          `${commit.slice(0, 10)} can't be exported to ${directory}: ${done.timedOut ? 'out of time' : lastWords(done.stderr)}`,
        );
    }
    await rename(tree, directory).catch(async (error: unknown) => {
      if (!(await hasContent(directory))) throw error; // otherwise another process was faster
    });
  });
}

const hasContent = async (directory: string) => (await readdir(directory).catch(() => [])).length > 0;
