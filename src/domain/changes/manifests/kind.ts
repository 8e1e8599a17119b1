/** What a kind of manifest says of the libraries that users get. */

/** Texts of the files at a repository's root, by name; undefined where there is none. */
export type RootFiles = Readonly<Record<string, string | undefined>>;

/** Library → version or range, as written. */
export type Dependencies = ReadonlyMap<string, string>;

export interface ManifestKind {
  /** The file's name, at the root and wherever a package has its own. */
  readonly file: string;
  /** Other files of the root that say where packages are, or which versions they share. */
  readonly beside: readonly string[];
  /** Where further manifests are, by what the root says. */
  members(root: RootFiles): Members;
  /** Versions that the root's files hold for the packages: where they differ, so may what is said in a manifest that didn't change. */
  shared(root: RootFiles): Table;
  /** The name under which other packages depend on this one. */
  nameOf(text: string): string | undefined;
  /** What users get, and neither development nor tests alone; undefined where the text can't be read: it tells nothing then. */
  read(text: string, root: RootFiles): Dependencies | undefined;
}

/** Globs of manifests, by paths from the root. */
export interface Members {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Directories, as files of workspaces name them, as globs of the manifests in them; those that begin with `!` are left out. */
export function membersIn(
  directories: readonly unknown[],
  file: string,
  without: readonly unknown[] = [],
): Members {
  const globs = directories.filter((glob) => typeof glob === 'string');
  const not = [
    ...globs.flatMap((glob) => (glob.startsWith('!') ? glob.slice(1) : [])),
    ...without.filter((glob) => typeof glob === 'string'),
  ];
  const manifest = (glob: string): string => `${glob.replace(/^\.\//, '').replace(/\/+$/, '')}/${file}`;
  return {
    include: globs.filter((glob) => /^[^!/]/.test(glob) && glob !== '.').map(manifest),
    exclude: not.map(manifest),
  };
}

export type Table = Readonly<Record<string, unknown>>;

export const tableOf = (value: unknown): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {};

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [];

/** The table below these names; empty where there is none. */
export const below = (table: Table, ...names: readonly string[]): Table =>
  names.reduce<Table>((at, name) => tableOf(at[name]), table);

/** What a parser makes of a text; undefined where it refuses it. */
export function parsed(text: string | undefined, parse: (text: string) => unknown): Table | undefined {
  if (text === undefined) return undefined;
  try {
    const value = parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Table)
      : undefined;
  } catch {
    return undefined;
  }
}
