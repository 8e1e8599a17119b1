import { changelogBlocks } from './changelog-blocks.ts';
import { coverage } from './coverage.ts';
import type { DependencyChange } from './dependencies.ts';
import type { Changes } from './effective.ts';
import { sectionOf } from './sections.ts';
import { plain } from '../text/markdown.ts';

/** How much a range of commits brings. */
export interface IncludedSize {
  /** All commits of the range, also those that tell nothing. */
  readonly commits: number;
  /** How many changes there are, listed or not. */
  readonly changes: number;
  /** By the titles of the changelog, in its order; what users don't notice is the last. */
  readonly sections: readonly { readonly title: string; readonly count: number }[];
  /** Which commits are not listed, and why; undefined where all are. */
  readonly notListed?: string;
}

/** What a range of commits brings, as people are told before it is in the changelog: the same entries. */
export interface Included {
  /** Plain text, `Added: basket: totals (#12)`; of each section the first ones. */
  readonly lines: readonly string[];
  readonly size: IncludedSize;
  /** Entries that break something. */
  readonly breaking: number;
}

/** What no section of the changelog lists. */
const housekeeping = 'Housekeeping';
/** Of each section. All that breaks something is told, up to what nobody reads any more. */
const shown = (title: string): number => (title === 'Breaking' ? 200 : 40);

/** The entries of a range, parsed, by section, with what was taken back left out, and true numbers at every size. */
export function includedIn({
  commits,
  leftOut,
  dependencies,
  total,
}: Pick<Changes, 'commits' | 'leftOut'> & {
  readonly dependencies: readonly DependencyChange[];
  readonly total: number;
}): Included {
  const blocks = changelogBlocks(commits, dependencies).map(({ title, lines }) => ({
    title,
    entries: lines.map((line) => plain(line.replace(/^- /, ''))),
  }));
  const rest = commits.filter((commit) => commit.breaking.length === 0 && sectionOf(commit) === undefined);
  const sections = [
    ...blocks,
    ...(rest.length > 0 ? [{ title: housekeeping, entries: rest.map(({ header }) => header) }] : []),
  ];
  const notListed = coverage({ commits, leftOut });
  return {
    lines: sections.flatMap(({ title, entries }) =>
      entries.slice(0, shown(title)).map((entry) => `${title}: ${entry}`),
    ),
    size: {
      commits: total,
      changes: sections.reduce((sum, { entries }) => sum + entries.length, 0),
      sections: sections.map(({ title, entries }) => ({ title, count: entries.length })),
      ...(notListed === undefined ? {} : { notListed }),
    },
    breaking: blocks.find(({ title }) => title === 'Breaking')?.entries.length ?? 0,
  };
}
