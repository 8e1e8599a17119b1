import { rm, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { GitResult } from './runner.ts';

/**
 * Git guards its files with `*.lock`. Another process's is gone in a moment, so we try again. Git holds such a lock for
 * milliseconds; one of a killed git stays for ever: after half a minute it is removed, but only inside of our own clone.
 */
const staleAfter = 30_000;
const waits = [50, 100, 200, 400, 800, 1_500, 2_000];

export async function retryingLocks(clone: string, run: () => Promise<GitResult>): Promise<GitResult> {
  let result = await run();
  for (const wait of waits) {
    if (result.ok || !isLocked(result)) return result;
    if (!(await removeStale(clone, result.stderr))) await pause(wait);
    result = await run();
  }
  return result;
}

/** Locked here; a lock of the remote's (`remote: …`, `[remote rejected]`) is the push's own matter. */
const isLocked = (result: GitResult) =>
  result.stderr
    .split('\n')
    .some(
      (line) =>
        !/^remote:|remote rejected/.test(line) &&
        /\.lock': File exists|cannot lock ref|could not lock|Unable to create .*\.lock/.test(line),
    );

async function removeStale(clone: string, stderr: string): Promise<boolean> {
  let removed = false;
  for (const [, path = ''] of stderr.matchAll(/'([^'\n]+\.lock)': File exists/g)) {
    if (!path.startsWith(clone + sep)) continue;
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs < staleAfter) continue;
    await rm(path, { force: true });
    removed = true;
  }
  return removed;
}
