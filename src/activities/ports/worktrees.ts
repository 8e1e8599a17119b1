import type { ChangedFile } from '../../domain/agents/change.ts';
import type { SourceRef } from './source.ts';

/** What stands in a work tree, written down as git would commit it. */
export interface Snapshot {
  readonly tree: string;
  readonly changed: readonly ChangedFile[];
}

export interface FixCommit {
  readonly tree: string;
  /** The commit that it goes on top of. */
  readonly parent: string;
  readonly branch: string;
  readonly message: string;
  /** Written as a `Sluice-Run:` trailer, so that the same run finds its own branch again. */
  readonly run: string;
}

/** Checkouts for agents to work in. What an agent does to the checkout's own `.git` counts for nothing. */
export interface WorkTrees {
  /** A fresh checkout of the commit, with its history; whatever was in the directory is gone. */
  checkout(source: SourceRef, request: { commit: string; directory: string }): Promise<void>;
  /** How the files of a checkout differ from the commit; what git ignores is left out. */
  snapshot(source: SourceRef, request: { commit: string; directory: string }): Promise<Snapshot>;
  /**
   * Commits a snapshot and moves the run's own branch to it, also back from a commit that was given up. The same again gives the
   * same commit. Somebody else's commits are never overwritten.
   * @throws SourceProblem `branch-exists`, `push-rejected`, `unreachable`, `denied`
   */
  publish(source: SourceRef, request: FixCommit): Promise<{ readonly commit: string }>;
}
