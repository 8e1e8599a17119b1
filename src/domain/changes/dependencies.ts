import type { ParsedCommit } from './commits.ts';
import { referencesOf } from './references.ts';

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
 * What is said of dependencies: what the manifests show, and what commits tell beyond them (`bump left-pad from 1.2.0 to 1.3.0`).
 * @param updates commits that update dependencies, newest first; several steps of one library become one, from the first to the last
 * @param all every commit: one that names a library in its title is referred to
 */
export function dependencyEntries(
  changes: readonly DependencyChange[],
  updates: readonly ParsedCommit[],
  all: readonly ParsedCommit[] = updates,
): readonly string[] {
  const told = toldBy(updates);
  const known = new Set(changes.map(({ name }) => name));
  const listed = [
    ...changes.map((change) => ({ change, by: all.filter((commit) => names(commit, change.name)) })),
    ...[...told.values()].filter(({ change }) => !known.has(change.name) && change.from !== change.to),
  ].sort((a, b) => (a.change.name < b.change.name ? -1 : 1));
  const covered = new Set([...listed, ...told.values()].flatMap(({ by }) => by));
  const rest = updates.filter((commit) => !covered.has(commit));
  return [
    ...listed.map(({ change, by: [newest] }) => dependencyLine(change, newest)),
    ...rest.map((commit) => `${commit.subject} ${referencesOf(commit)}`),
  ];
}

function dependencyLine({ name, from, to }: DependencyChange, by: ParsedCommit | undefined): string {
  const what =
    from === undefined
      ? `Added ${name} ${to ?? ''}`.trim()
      : to === undefined
        ? `Removed ${name} ${from}`
        : `Updated ${name} from ${from} to ${to}`;
  return by ? `${what} ${referencesOf(by)}` : what;
}

/** What commits say with both versions. */
function toldBy(updates: readonly ParsedCommit[]) {
  const told = new Map<string, { change: DependencyChange; by: ParsedCommit[] }>();
  for (const commit of [...updates].reverse()) {
    const [, name, from, to] =
      /\b(?:bump|updates?|upgrade)s?\s+(?:dependency\s+)?(\S+)\s+(?:from\s+v?(\d\S*)\s+)?to\s+v?(\d\S*)/i.exec(
        commit.subject,
      ) ?? [];
    if (name === undefined || to === undefined) continue;
    const before = told.get(name);
    if (from === undefined && !before) continue; // from what is not known: the commit speaks for itself
    told.set(name, {
      change: { name, from: before?.change.from ?? from, to },
      by: [commit, ...(before?.by ?? [])],
    });
  }
  return told;
}

/** Whether a commit's title names a library, as a word of its own. */
function names({ header }: ParsedCommit, library: string): boolean {
  const at = header.toLowerCase().indexOf(library.toLowerCase());
  const around = `${header.charAt(at - 1)}${header.charAt(at + library.length)}`;
  return at >= 0 && !/[\w/@-]/.test(around);
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
