import type { DependencyChange } from '../../domain/changes/dependencies.ts';
import { dependencyChanges } from '../../domain/changes/dependencies.ts';
import type { ManifestKind, RootFiles } from '../../domain/changes/manifests/kind.ts';
import { manifestKinds } from '../../domain/changes/manifests/kinds.ts';
import type { SourceHistory, SourceRef } from '../ports/index.ts';
import { SourceProblem } from '../ports/index.ts';

/** Reads files of one repository. */
interface Reading {
  readonly file: (commit: string, path: string) => Promise<string | undefined>;
  readonly paths: (commit: string, glob: string) => Promise<readonly string[]>;
}

/** What users get in another version at `until` than at `since`, by the manifests of the product and of its workspaces. */
export async function readDependencyChanges(
  source: SourceHistory,
  ref: SourceRef,
  since: string,
  until: string,
): Promise<readonly DependencyChange[]> {
  const changed = new Set(await source.changedFiles(ref, since, until));
  const reading: Reading = {
    file: (commit, path) => manifest(source, ref, commit, path),
    paths: (commit, glob) => source.listFiles(ref, commit, glob),
  };
  const found: DependencyChange[] = [];
  for (const kind of manifestKinds) found.push(...(await changesOf(kind, reading, changed, since, until)));
  const seen = new Set<string>();
  return found.filter(({ name, from, to }) => {
    const key = JSON.stringify([name, from, to]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

async function changesOf(
  kind: ManifestKind,
  { file, paths }: Reading,
  changed: ReadonlySet<string>,
  since: string,
  until: string,
): Promise<readonly DependencyChange[]> {
  const names = [kind.file, ...kind.beside];
  const own = [...changed].filter((path) => path.endsWith(`/${kind.file}`));
  if (own.length === 0 && !names.some((name) => changed.has(name))) return [];
  const rootAt = async (commit: string): Promise<RootFiles> =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await file(commit, name)] as const)),
    );
  const [before, after] = await Promise.all([rootAt(since), rootAt(until)]);
  const members = await Promise.all([
    pathsOf(kind, before, (glob) => paths(since, glob)),
    pathsOf(kind, after, (glob) => paths(until, glob)),
  ]);
  const all = new Set([kind.file, ...members.flat()]);
  const anew = JSON.stringify(kind.shared(before)) !== JSON.stringify(kind.shared(after));
  const found: DependencyChange[] = [];
  for (const path of all) {
    if (!anew && !changed.has(path)) continue;
    const [then, now] = await Promise.all([file(since, path), file(until, path)]);
    // A package that is new or gone is a change of the product itself, and told by its commits.
    const [old, current] = [then && kind.read(then, before), now && kind.read(now, after)];
    if (old && current) found.push(...dependencyChanges(old, current));
  }
  if (found.length === 0) return [];
  const packages = new Set<string>();
  for (const path of all) {
    const now = await file(until, path);
    const name = now === undefined ? undefined : kind.nameOf(now);
    if (name !== undefined) packages.add(name);
  }
  return found.filter(({ name }) => !packages.has(name));
}

/** The manifests of the packages that the root names. */
async function pathsOf(
  kind: ManifestKind,
  root: RootFiles,
  paths: (glob: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { include, exclude } = kind.members(root);
  const listed = async (globs: readonly string[]) =>
    (await Promise.all([...new Set(globs)].map(paths))).flat();
  const [found, not] = [await listed(include), new Set(include.length > 0 ? await listed(exclude) : [])];
  return found.filter((path) => !not.has(path));
}

/** A file that can't be read as text tells nothing of dependencies; that it is broken is said where it is written. */
async function manifest(source: SourceHistory, ref: SourceRef, commit: string, path: string) {
  try {
    return await source.readFile(ref, commit, path);
  } catch (error) {
    if (error instanceof SourceProblem && error.kind === 'not-text') return undefined;
    throw error;
  }
}
