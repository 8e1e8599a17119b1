import { createHash } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Deps } from '../deps.ts';
import { unknownName } from '../frozen.ts';

/**
 * A tree of a commit on this host. Each purpose has its own, so that a test suite can't leave anything behind in what a
 * migration or a backup runs from.
 */
export async function treeOf(deps: Deps, product: string, commit: string, purpose: string): Promise<string> {
  const whole = await wholeHash(deps, product, commit);
  const directory = path.join(deps.directory, 'trees', product, purpose, whole.slice(0, 12));
  // It appears whole or not at all: where it is, git need not be asked.
  if (await touch(directory)) return directory;
  const { source } = await deps.catalog.load(product);
  await deps.source.export(source, whole, directory);
  // A checkout's time may be anything; only the time of its last use keeps it (docs/limits.md).
  await touch(directory);
  return directory;
}

/** Of what may be shortened. Nothing at all would be the directory of all trees, and a branch may be called like the beginning of a hash. */
async function wholeHash(deps: Deps, product: string, commit: string): Promise<string> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  const { source } = await deps.catalog.load(product);
  const whole = commit === '' ? '' : await deps.source.resolve(source, commit);
  if (whole === '' || !whole.startsWith(commit)) throw unknownName(`"${commit}" is no commit of ${product}`);
  return whole;
}

/** Notes that a directory is used now; false where there is none. */
async function touch(directory: string): Promise<boolean> {
  const now = new Date();
  return utimes(directory, now, now).then(
    () => true,
    () => false,
  );
}

/** Where the backup of an environment before a run's deployment is kept. */
export function backupFile(deps: Deps, product: string, environment: string, key: string): string {
  const name = `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.backup`;
  return path.join(deps.directory, 'backups', product, environment, name);
}
