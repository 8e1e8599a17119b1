import type { ParsedCommit } from './commits.ts';

/** `(#12, #3)`: the pull request and the issues; the commit where there is neither. */
export function referencesOf(commit: ParsedCommit): string {
  const numbers = [...new Set([...(commit.pr === undefined ? [] : [commit.pr]), ...commit.fixes])];
  return `(${numbers.length > 0 ? numbers.map((number) => `#${number}`).join(', ') : commit.sha.slice(0, 7)})`;
}
