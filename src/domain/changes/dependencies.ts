import type { ParsedCommit } from './commits.ts';

/** A library that users get in another version than before. */
export interface DependencyChange {
  readonly name: string;
  /** undefined where it is new. */
  readonly from: string | undefined;
  /** undefined where it is gone. */
  readonly to: string | undefined;
}

/** What users install; development dependencies never reach them. */
const fields = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Compares two texts of package.json; a missing or broken one counts as one without dependencies. */
export function dependencyChanges(
  before: string | undefined,
  after: string | undefined,
): readonly DependencyChange[] {
  const old = readDependencies(before);
  const now = readDependencies(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => ({ name, from: old.get(name), to: now.get(name) }));
}

/**
 * Adds what dependency commits tell (`bump left-pad from 1.2.0 to 1.3.0`) to what package.json shows; package.json wins.
 * Several steps of one library become one, from the first to the last. Commits are newest first.
 */
export function withDependencyCommits(
  changes: readonly DependencyChange[],
  commits: readonly ParsedCommit[],
): readonly DependencyChange[] {
  const known = new Set(changes.map((change) => change.name));
  const told = new Map<string, DependencyChange>();
  for (const commit of [...commits].reverse()) {
    if (/-dev$/.test(commit.scope ?? '')) continue;
    const match =
      /\b(?:bump|updates?|upgrade)s?\s+(?:dependency\s+)?(\S+)\s+(?:from\s+v?(\d\S*)\s+)?to\s+v?(\d\S*)/i.exec(
        commit.subject,
      );
    const [, name, from, to] = match ?? [];
    if (name === undefined || to === undefined || known.has(name)) continue;
    if (from === undefined && !told.has(name)) continue; // from what is not known: nothing to compare
    told.set(name, { name, from: told.get(name)?.from ?? from, to });
  }
  return [...changes, ...[...told.values()].filter((change) => change.from !== change.to)].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function readDependencies(text: string | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const field of fields) {
    for (const [name, range] of Object.entries(fieldOf(text, field)))
      if (typeof range === 'string') found.set(name, range);
  }
  return found;
}

function fieldOf(text: string | undefined, field: string): object {
  try {
    const parsed = JSON.parse((text ?? '{}').replace(/^\uFEFF/, '')) as Record<string, unknown> | null;
    const value = parsed?.[field];
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
