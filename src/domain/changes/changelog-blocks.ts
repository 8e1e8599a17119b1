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

/** How words of others are written. */
interface Writing {
  readonly text: (written: string) => string;
  readonly strong: (written: string) => string;
}

/** A file of the product's holds the whole text, however long. */
const markdown: Writing = {
  text: (written) => inline(written, Infinity),
  strong: (written) => `**${inline(written, Infinity)}**`,
};

/** As it was typed, for whoever doesn't read Markdown. */
export const asTyped: Writing = { text: (written) => written, strong: (written) => written };

/**
 * The blocks that commits make: Breaking, Added, Changed, Fixed, Security, Dependencies, and those of `release.types`. Housekeeping is left out.
 * @param dependencies what users get in another version, as the manifests have it
 */
export function changelogBlocks(
  commits: readonly ParsedCommit[],
  dependencies: readonly DependencyChange[] = [],
  writing: Writing = markdown,
): readonly ChangelogBlock[] {
  const { text } = writing;
  const rest = commits.filter((commit) => commit.breaking.length === 0);
  const breaking = commits.flatMap((commit) =>
    commit.breaking.map((what) => breakingEntry(commit, what, writing)),
  );
  const sections = [...bySection(rest)].map(([title, listed]) => ({
    title,
    lines:
      title === 'Dependencies'
        ? dependencyEntries(dependencies, listed, commits).map((line) => `- ${text(line)}`)
        : listed.map((commit) => entry(commit, writing)),
  }));
  return [{ title: 'Breaking', lines: breaking }, ...sections].filter(({ lines }) => lines.length > 0);
}

function entry(commit: ParsedCommit, { text, strong }: Writing): string {
  const scope = commit.scope ? `${strong(commit.scope)}: ` : '';
  return `- ${scope}${text(commit.subject)} ${referencesOf(commit)}`;
}

function breakingEntry(commit: ParsedCommit, { description, migration }: Breaking, writing: Writing): string {
  const { text } = writing;
  const said = migration === undefined ? description : description.replace(/\.$/, '');
  const told = said !== '' && description !== commit.subject ? `. ${text(said)}` : '';
  return `${entry(commit, writing)}${told}${migration ? `. Migration: ${text(migration)}` : ''}`;
}
