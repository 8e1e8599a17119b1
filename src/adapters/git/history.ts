import { matchesGlob } from 'node:path';
import type { Tag } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { GitDirectory } from './git-directory.ts';
import { readProblem } from './problems.ts';

/** Reading: commits, tags, files. Arguments are full hashes of commits that are in the clone. */

/**
 * Tags that stand for a commit; a tag of a file or a tree is none that a release knows.
 * @param main the commit of main, where there is one
 */
export async function readTags(from: GitDirectory, main: string | undefined): Promise<readonly Tag[]> {
  const names = await tagNames(from);
  if (names.length === 0) return [];
  const onMain = new Set(main === undefined ? [] : await tagNames(from, `--merged=${main}`));
  const asked = await from.git(['cat-file', '--batch-check=%(objectname)'], {
    input: names.map((name) => `refs/tags/${name}^{commit}\n`).join(''),
  });
  const found = asked.stdout.split('\n');
  return names.flatMap((name, index) =>
    /^[0-9a-f]{40,64}$/.test(found[index] ?? '')
      ? [{ name, commit: found[index] ?? '', onMain: onMain.has(name) }]
      : [],
  );
}

async function tagNames(from: GitDirectory, ...options: readonly string[]): Promise<readonly string[]> {
  const listed = await must(from, ['for-each-ref', '--format=%(refname:strip=2)', ...options, 'refs/tags']);
  return listed.split('\n').filter((name) => name !== '');
}

/** @throws SourceProblem `not-text` where the file is not UTF-8: writing it back would spoil it */
export async function readText(
  from: GitDirectory,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const entry = await treeEntry(from, commit, path);
  if (entry?.type !== 'blob') return undefined;
  const bytes = await from.bytes(['cat-file', 'blob', entry.object]);
  if (bytes === undefined) throw new Error(`git can't read ${path} of ${commit}.`);
  return asText(bytes, path);
}

/** @throws SourceProblem `not-text` */
export function asText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SourceProblem('not-text', `${path} is not UTF-8 text: save it as UTF-8 on the main branch.`, [
      path,
    ]);
  }
}

export async function treeEntry(
  from: GitDirectory,
  commit: string,
  path: string,
): Promise<{ mode: string; type: string; object: string } | undefined> {
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) return undefined; // nothing in a tree is called so
  const listed = await must(from, ['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const [, mode, type, object] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(listed) ?? [];
  return mode === undefined || type === undefined || object === undefined
    ? undefined
    : { mode, type, object };
}

export async function listPaths(
  from: GitDirectory,
  commit: string,
  glob: string,
): Promise<readonly string[]> {
  const listed = await must(from, ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]);
  return listed.split('\0').filter((path) => path !== '' && (path === glob || matchesGlob(path, glob)));
}

export async function changedPaths(
  from: GitDirectory,
  older: string | undefined,
  newer: string,
): Promise<readonly string[]> {
  if (older === undefined) return listPaths(from, newer, '**');
  const listed = await must(from, [
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    '--no-ext-diff',
    older,
    newer,
  ]);
  return listed.split('\0').filter((path) => path !== '');
}

async function must(from: GitDirectory, args: readonly string[]): Promise<string> {
  const result = await from.git(args);
  if (result.ok) return result.stdout;
  throw readProblem(from.directory, args[0] ?? '', result.timedOut ? 'out of time' : result.stderr);
}
