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

/** What differs between two manifests: library → version, as written. */
export function dependencyChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly DependencyChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ name, from: before.get(name), to: after.get(name) }));
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
