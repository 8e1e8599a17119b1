import semver from 'semver';
import type { ParsedCommit } from '../changes/commits.ts';
import type { DependencyChange } from '../changes/dependencies.ts';
import { isDependencyUpdate } from '../changes/types.ts';
import { core, inc } from './tags.ts';

export type Level = 'major' | 'minor' | 'patch';

export const rank = { none: 0, patch: 1, minor: 2, major: 3 } as const;

/** The level that a commit asks for; undefined where nobody outside would notice it. */
export function levelOf(commit: ParsedCommit): Level | undefined {
  if (commit.breaking.length > 0) return 'major';
  if (commit.rule) return commit.rule.raises === 'none' ? undefined : commit.rule.raises;
  if (commit.type === 'feat') return 'minor';
  if (['fix', 'perf', 'security', 'improvement', 'revert', 'other'].includes(commit.type)) return 'patch';
  return isDependencyUpdate(commit) ? 'patch' : undefined;
}

/** The highest level that any of the commits asks for; what users get in another version is at least a patch. */
export function neededLevel(
  commits: readonly ParsedCommit[],
  dependencies: readonly DependencyChange[] = [],
): Level | undefined {
  const levels = [...commits.map(levelOf), dependencies.length > 0 ? ('patch' as const) : undefined];
  return levels.reduce((a, b) => (rank[b ?? 'none'] > rank[a ?? 'none'] ? b : a), undefined);
}

/** Which part of the version changes. */
export function distance(from: string | undefined, to: string): Level {
  const before = semver.parse(from ?? '0.0.0');
  const after = semver.parse(to);
  if (before?.major !== after?.major) return 'major';
  return before?.minor !== after?.minor ? 'minor' : 'patch';
}

/** Whether a version leaves out others on its way. */
export function skips(from: string, to: string, jump: Level): boolean {
  return semver.gt(core(to), inc(from, jump));
}
