import type { CheckName } from '../config/check-schema.ts';

/** What a repository is made of, as far as its files say so. Nothing here is run: only what is written down is read. */

/** Texts of a repository's small files, by their paths from its root. */
export type Files = ReadonlyMap<string, string>;

/** The checks that a first configuration may have. */
export type ProposedCheck = CheckName;

/** A program that may be what users reach. */
export interface Service {
  /** The file that says so. */
  readonly from: string;
  readonly start: string;
  /** What makes it runnable in a fresh copy of the repository. */
  readonly install?: string;
  readonly health?: string;
  /** What takes its port by an option or in another variable needs no `PORT` in its source. */
  readonly takesPort?: boolean;
  /** What a person has to decide about it, where it is the one that is taken. */
  readonly decide?: string;
  /** One service can be started in several ways; a container is named beside what starts without one. */
  readonly container?: boolean;
}

/** One kind of project, found by its manifest. */
export interface Project {
  readonly kind: string;
  readonly from: string;
  readonly name?: string;
  /** Shell lines, one after the other, each of which must succeed. */
  readonly checks: Partial<Readonly<Record<ProposedCheck, readonly string[]>>>;
  readonly services: readonly Service[];
  /** What a person has to decide or to mend: whole sentences. */
  readonly decide?: readonly string[];
  /** The same, where nothing in the repository is known to start the product. */
  readonly unknown?: readonly string[];
}

/** A kind of project; undefined where the repository has none of it. */
export type Kind = (files: Files) => Project | undefined;

/** A manifest that is there and can't be read: nothing is concluded from it. */
export const unreadable = (kind: string, from: string): Project => ({
  kind,
  from,
  checks: {},
  services: [],
  decide: [`${from} can't be read; mend it, or write checks and environments by hand`],
});

/** The checks that have lines. */
export function checksWith(
  lines: Partial<Record<ProposedCheck, readonly (string | undefined)[]>>,
): Project['checks'] {
  return Object.fromEntries(
    Object.entries(lines).flatMap(([check, all]) => {
      const there = all.filter((line) => line !== undefined);
      return there.length > 0 ? [[check, there]] : [];
    }),
  );
}

/** The first of these paths that is there. */
export const firstOf = (files: Files, ...paths: readonly string[]): string | undefined =>
  paths.find((path) => files.has(path));

/** Whether the project's own automation runs a tool: it is then one of the project's. */
export function automationRuns(files: Files, tool: RegExp): boolean {
  return [...files].some(
    ([path, text]) =>
      /^(\.github\/workflows\/[^/]+|\.gitlab-ci\.yml|\.circleci\/config\.yml|\.pre-commit-config\.yaml)$/.test(
        path,
      ) && tool.test(text),
  );
}

/** Names that can stand in a shell line and in a path as they are. */
export const isPlain = (name: string): boolean => /^[A-Za-z0-9_][\w.-]*$/.test(name);
