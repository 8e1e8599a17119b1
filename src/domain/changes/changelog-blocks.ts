import type { ParsedCommit } from './commits.ts';

/** One `### …` block. */
export interface ChangelogBlock {
  readonly title: string;
  /** Lines of Markdown; an entry that does not begin with a bullet is prose. */
  readonly lines: readonly string[];
}

/** The blocks that commits make: Added, Changed, Fixed, Breaking. Housekeeping is left out. */
export function changelogBlocks(commits: readonly ParsedCommit[]): readonly ChangelogBlock[] {
  const block = (title: string, chosen: readonly ParsedCommit[]) => ({ title, lines: chosen.map(entry) });
  const rest = commits.filter((commit) => !commit.breaking);
  return [
    { title: 'Breaking', lines: commits.filter((commit) => commit.breaking).map(breakingEntry) },
    block(
      'Added',
      rest.filter((commit) => commit.type === 'feat'),
    ),
    block(
      'Changed',
      rest.filter((commit) => ['perf', 'refactor', 'improvement', 'revert', 'other'].includes(commit.type)),
    ),
    block(
      'Fixed',
      rest.filter((commit) => commit.type === 'fix'),
    ),
    block(
      'Security',
      rest.filter((commit) => commit.type === 'security'),
    ),
  ].filter(({ lines }) => lines.length > 0);
}

function entry(commit: ParsedCommit): string {
  const references = [...new Set([...(commit.pr === undefined ? [] : [commit.pr]), ...commit.fixes])].map(
    (number) => `#${number}`,
  );
  const scope = commit.scope ? `**${commit.scope}**: ` : '';
  return `- ${scope}${commit.subject} (${references.length > 0 ? references.join(', ') : commit.sha.slice(0, 7)})`;
}

function breakingEntry(commit: ParsedCommit): string {
  const { description = '', migration } = commit.breaking ?? {};
  const told = description !== '' && description !== commit.subject ? `. ${description}` : '';
  return `${entry(commit)}${told}${migration ? `. Migration: ${migration}` : ''}`;
}
