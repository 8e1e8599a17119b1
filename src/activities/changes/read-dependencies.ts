import type { DependencyChange } from '../../domain/changes/dependencies.ts';
import { dependencyChanges } from '../../domain/changes/dependencies.ts';
import { packageName, workspaceManifests } from '../../domain/changes/workspaces.ts';
import type { SourceRef, SourceHistory } from '../ports/index.ts';
import { SourceProblem } from '../ports/index.ts';

const root = 'package.json';

/** What users get in another version at `until` than at `since`, by the package.json of the product and of its workspaces. */
export async function readDependencyChanges(
  source: SourceHistory,
  ref: SourceRef,
  since: string,
  until: string,
): Promise<readonly DependencyChange[]> {
  const changed = new Set(await source.changedFiles(ref, since, until));
  const [before, after] = await Promise.all([
    manifest(source, ref, since, root),
    manifest(source, ref, until, root),
  ]);
  const globs = [...new Set([...workspaceManifests(before), ...workspaceManifests(after)])];
  const inner = new Set<string>();
  for (const commit of globs.length > 0 ? [since, until] : [])
    for (const glob of globs) for (const path of await source.listFiles(ref, commit, glob)) inner.add(path);
  const found: DependencyChange[] = [];
  const own = new Set<string>();
  for (const path of [root, ...inner]) {
    const now = path === root ? after : await manifest(source, ref, until, path);
    const name = packageName(now);
    if (name !== undefined) own.add(name);
    if (!changed.has(path)) continue;
    const then = path === root ? before : await manifest(source, ref, since, path);
    // A workspace that is new or gone is a change of the product itself, and told by its commits.
    if (then !== undefined && now !== undefined) found.push(...dependencyChanges(then, now));
  }
  const seen = new Set<string>();
  return found.filter(({ name, from, to }) => {
    const key = JSON.stringify([name, from, to]);
    if (own.has(name) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
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
