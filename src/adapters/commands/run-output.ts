import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logFile, slug, slugLength } from './execution.ts';

/** What a command of a run printed, on this host. */
export interface CommandOutput {
  /** As far as a directory's name tells it, which it does for every step's id. */
  readonly step: string;
  /** Epoch milliseconds; undefined where it was never begun. */
  readonly startedAt: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Every execution of a run's commands below `root`, also of earlier tries, oldest first. A run whose name is too long for a directory is
 * not told apart from its like, and has none.
 */
export async function outputsOf(root: string, run: string): Promise<readonly CommandOutput[]> {
  const name = slug(run);
  if (name.length >= slugLength) return [];
  const outputs: CommandOutput[] = [];
  for (const step of await names(join(root, name)))
    for (const hash of await names(join(root, name, step)))
      for (const number of await names(join(root, name, step, hash))) {
        const directory = join(root, name, step, hash, number);
        const claim = await stat(join(directory, 'state', 'claim')).catch(() => undefined);
        outputs.push({
          step,
          startedAt: claim?.mtimeMs,
          stdout: logFile(directory, 'stdout'),
          stderr: logFile(directory, 'stderr'),
        });
      }
  return outputs.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
}

async function names(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
