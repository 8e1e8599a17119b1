import type { ParsedCommit } from './commits.ts';
import { isDependencyUpdate } from './types.ts';

const usual: Readonly<Record<string, string>> = {
  feat: 'Added',
  fix: 'Fixed',
  security: 'Security',
  ...Object.fromEntries(
    ['perf', 'refactor', 'improvement', 'revert', 'other'].map((type) => [type, 'Changed']),
  ),
};

/** The section of the changelog that lists a commit; undefined for housekeeping. */
export function sectionOf(commit: ParsedCommit): string | undefined {
  const section = Object.hasOwn(usual, commit.type) ? usual[commit.type] : undefined;
  if (commit.rule) {
    if (commit.rule.section !== undefined || commit.rule.raises === 'none') return commit.rule.section;
    return section ?? (commit.rule.raises === 'minor' ? 'Added' : 'Changed');
  }
  return isDependencyUpdate(commit) ? 'Dependencies' : section;
}

/** The sections in the order in which they are written; those that a product named itself come last. */
export function bySection(commits: readonly ParsedCommit[]): ReadonlyMap<string, readonly ParsedCommit[]> {
  const sections = new Map<string, ParsedCommit[]>(
    ['Added', 'Changed', 'Fixed', 'Security', 'Dependencies'].map((title) => [title, []]),
  );
  for (const commit of commits) {
    const title = sectionOf(commit);
    if (title === undefined) continue;
    const listed = sections.get(title);
    if (listed) listed.push(commit);
    else sections.set(title, [commit]);
  }
  return sections;
}
