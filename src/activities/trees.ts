import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Deps } from './deps.ts';

/**
 * A tree of a commit on this host. Each purpose has its own, so that a test suite can't leave anything behind in what a
 * migration or a backup runs from.
 */
export async function treeOf(deps: Deps, product: string, commit: string, purpose: string): Promise<string> {
  const { source } = await deps.catalog.load(product);
  const directory = path.join(deps.directory, 'trees', product, purpose, commit.slice(0, 12));
  await deps.source.export(source, commit, directory);
  return directory;
}

/** Where the backup of an environment before a run's deployment is kept. */
export function backupFile(deps: Deps, product: string, environment: string, key: string): string {
  const name = `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.backup`;
  return path.join(deps.directory, 'backups', product, environment, name);
}
