import type { Breaking, ParsedCommit } from './commits.ts';
import type { DependencyChange } from './dependencies.ts';
import { dependencyEntries } from './dependencies.ts';
import { referencesOf } from './references.ts';
import { bySection } from './sections.ts';
import { inline } from '../text/markdown.ts';

/** One `### …` block. */
export interface ChangelogBlock {
  readonly title: string;
  /** Lines of Markdown; an entry that does not begin with a bullet is prose. */
  readonly lines: readonly string[];
}

/**
 * The blocks that commits make: Breaking, Added, Changed, Fixed, Security, Dependencies, and those of `release.types`. Housekeeping is left out.
 * @param dependencies what users get in another version, as the manifests have it
 */
export function changelogBlocks(
  commits: readonly ParsedCommit[],
  dependencies: readonly DependencyChange[] = [],
): readonly ChangelogBlock[] {
  const rest = commits.filter((commit) => commit.breaking.length === 0);
  const breaking = commits.flatMap((commit) => commit.breaking.map((what) => breakingEntry(commit, what)));
  const sections = [...bySection(rest)].map(([title, listed]) => ({
    title,
    lines:
      title === 'Dependencies'
        ? dependencyEntries(dependencies, listed, commits).map((line) => `- ${text(line)}`)
        : listed.map(entry),
  }));
  return [{ title: 'Breaking', lines: breaking }, ...sections].filter(({ lines }) => lines.length > 0);
}

function entry(commit: ParsedCommit): string {
  const scope = commit.scope ? `**${text(commit.scope)}**: ` : '';
  return `- ${scope}${text(commit.subject)} ${referencesOf(commit)}`;
}

function breakingEntry(commit: ParsedCommit, { description, migration }: Breaking): string {
  const told = description !== '' && description !== commit.subject ? `. ${text(description)}` : '';
  return `${entry(commit)}${told}${migration ? `. Migration: ${text(migration)}` : ''}`;
}

/** A file of the product's holds the whole text, however long. */
const text = (written: string) => inline(written, Infinity);
