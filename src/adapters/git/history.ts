import { matchesGlob } from 'node:path';
import type { Commit, Tag } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { branchTip } from './refs.ts';

/** Reading: commits, tags, files. Arguments are full hashes of commits that are in the clone. */

/** The message as it was written: git's own subject joins the lines of a first paragraph. */
const fields = ['%H', '%P', '%B', '%aN', '%aE', '%cI'];

/** Newest first. */
export async function readCommits(clone: Clone, range: readonly string[]): Promise<readonly Commit[]> {
  const logged = await must(clone, [
    'log',
    '-z',
    '--date-order',
    `--format=tformat:${fields.join('%x00')}`,
    ...range,
  ]);
  const parts = logged.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [sha = '', parents = '', message = '', author = '', email = '', date = ''] = parts.slice(
      at,
      at + fields.length,
    );
    const [subject = '', ...below] = message.replace(/^\s*\n/, '').split('\n');
    const body = below
      .join('\n')
      .replace(/^\s*\n/, '')
      .trimEnd();
    commits.push({
      sha,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      subject: subject.trimEnd(),
      body,
      author,
      email,
      date,
    });
  }
  return commits;
}

/** Tags that stand for a commit; a tag of a file or a tree is none that a release knows. */
export async function readTags(clone: Clone): Promise<readonly Tag[]> {
  const names = await tagNames(clone);
  if (names.length === 0) return [];
  const main = await branchTip(clone, clone.source.main);
  const onMain = new Set(main === undefined ? [] : await tagNames(clone, `--merged=${main}`));
  const asked = await clone.git(['cat-file', '--batch-check=%(objectname)'], {
    input: names.map((name) => `refs/tags/${name}^{commit}\n`).join(''),
  });
  const found = asked.stdout.split('\n');
  return names.flatMap((name, index) =>
    /^[0-9a-f]{40,64}$/.test(found[index] ?? '')
      ? [{ name, commit: found[index] ?? '', onMain: onMain.has(name) }]
      : [],
  );
}

async function tagNames(clone: Clone, ...options: readonly string[]): Promise<readonly string[]> {
  const listed = await must(clone, ['for-each-ref', '--format=%(refname:strip=2)', ...options, 'refs/tags']);
  return listed.split('\n').filter((name) => name !== '');
}

/** @throws SourceProblem `not-text` where the file is not UTF-8: writing it back would spoil it */
export async function readText(clone: Clone, commit: string, path: string): Promise<string | undefined> {
  const entry = await treeEntry(clone, commit, path);
  if (entry?.type !== 'blob') return undefined;
  const bytes = await clone.bytes(['cat-file', 'blob', entry.object]);
  if (bytes === undefined) throw new Error(`git can't read ${path} of ${commit}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SourceProblem(
      'not-text',
      `${path} is not UTF-8 text: save it as UTF-8 on ${clone.source.main}.`,
      [path],
    );
  }
}

export async function treeEntry(
  clone: Clone,
  commit: string,
  path: string,
): Promise<{ mode: string; type: string; object: string } | undefined> {
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) return undefined; // nothing in a tree is called so
  const listed = await must(clone, ['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const [, mode, type, object] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(listed) ?? [];
  return mode === undefined || type === undefined || object === undefined
    ? undefined
    : { mode, type, object };
}

export async function listPaths(clone: Clone, commit: string, glob: string): Promise<readonly string[]> {
  const listed = await must(clone, ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]);
  return listed.split('\0').filter((path) => path !== '' && (path === glob || matchesGlob(path, glob)));
}

export async function changedPaths(
  clone: Clone,
  from: string | undefined,
  to: string,
): Promise<readonly string[]> {
  if (from === undefined) return listPaths(clone, to, '**');
  const listed = await must(clone, [
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    '--no-ext-diff',
    from,
    to,
  ]);
  return listed.split('\0').filter((path) => path !== '');
}

async function must(clone: Clone, args: readonly string[]): Promise<string> {
  const result = await clone.git(args);
  if (!result.ok)
    throw new Error(
      `git ${args[0] ?? ''} failed in ${clone.directory}: ${result.timedOut ? 'out of time' : result.stderr.trim()}`,
    );
  return result.stdout;
}
