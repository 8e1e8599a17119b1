import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { observeExecution } from './execution.ts';

/**
 * Removes the executions below `directory` that ended before `olderThan`, with their logs; the number of removed ones.
 * What still runs stays, and so does everything that is not an execution. A pruned command can't be attached to any more.
 */
export async function pruneExecutions(directory: string, olderThan: Date): Promise<number> {
  const removed = await Promise.all(
    (await executions(directory)).map((path) => pruneExecution(path, olderThan.getTime())),
  );
  return removed.filter(Boolean).length;
}

async function pruneExecution(path: string, before: number): Promise<boolean> {
  // The key isn't known here: processes that left the command's session don't keep its directory.
  const state = await observeExecution(path, '');
  const ended =
    state.kind === 'ended'
      ? (state.exit ?? state.stop ?? state.claim).at
      : state.kind === 'lost' && state.survivors.length === 0
        ? state.claim.at
        : Number.POSITIVE_INFINITY;
  if (ended >= before) return false;
  await rm(path, { recursive: true, force: true });
  await removeEmptyParents(dirname(path));
  return true;
}

/** `<run>/<step>/<hash>/<number>`, three levels up; a directory that holds something else refuses and stays. */
async function removeEmptyParents(hash: string): Promise<void> {
  for (const path of [hash, dirname(hash), dirname(dirname(hash))]) {
    if (
      !(await rmdir(path).then(
        () => true,
        () => false,
      ))
    )
      return;
  }
}

/** Every directory four levels down that has the shape of an execution. */
async function executions(root: string): Promise<readonly string[]> {
  let level = [root];
  for (const name of [/./, /./, /^[0-9a-f]{16}$/, /^\d+$/]) {
    const below = level.map(async (path) => {
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isDirectory() && name.test(entry.name))
        .map((entry) => join(path, entry.name));
    });
    level = (await Promise.all(below)).flat();
  }
  return level;
}
