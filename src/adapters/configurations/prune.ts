import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Removes copies that were last used before a moment. Every run reads its configuration when it begins, and uses the copy as long as it has
 * effects; so what was last used before the oldest open run began is of no run that is open.
 * @param directory of the copies
 * @returns how many were removed
 */
export async function pruneConfigurations(directory: string, before: number): Promise<number> {
  const names = (await readdir(directory).catch(() => [])).filter((name) =>
    /^[0-9a-f]{64}\.json(?:\..+\.draft)?$/.test(name),
  );
  let removed = 0;
  for (const name of names) {
    const file = path.join(directory, name);
    const used = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (used >= before) continue;
    await rm(file, { force: true });
    removed += 1;
  }
  return removed;
}
