/** The product's git repository, worked on in a clone and worktrees of Sluice's own. */
export interface Commit {
  readonly sha: string;
  /** Full hashes; a merge has two or more, and the first is the branch that it went into. */
  readonly parents: readonly string[];
  /** The first line of the message, as it was written. */
  readonly subject: string;
  /** What stands below it, as it was written. */
  readonly body: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface Tag {
  readonly name: string;
  readonly commit: string;
  /** Whether the history of main has the commit. */
  readonly onMain: boolean;
}

export interface SourceRef {
  readonly product: string;
  /** Absolute path of the user's repository, if there is one on this host. */
  readonly path?: string;
  /** URL, path, or the name of a remote of `path`. */
  readonly remote?: string;
  readonly main: string;
}

/** What git said no to. Every kind has a documented meaning (docs/errors.md) and loses nothing. */
export type SourceProblemKind =
  | 'unreachable' // transient: retried
  | 'denied' // credentials are missing or refused: a person has to mend them
  | 'not-a-repository'
  | 'shallow' // the remote is a shallow clone: its history is not all there
  | 'no-commits'
  | 'no-main-branch'
  | 'no-remote'
  | 'branch-exists' // made by somebody else, or by another run
  | 'tag-exists' // the tag stands on another commit
  | 'conflict' // the merge has conflicts: `files` says where
  | 'rewritten' // main dropped what a release was made from, and the merge would bring it back
  | 'moved' // main moved again and again while pushing
  | 'push-rejected' // a hook or a protected branch
  | 'unknown-ref'
  | 'not-text'; // a file that has to be read as text is not UTF-8

export interface ReleaseBranch {
  readonly branch: string;
  readonly base: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly message: string;
  /** Written as a `Sluice-Run:` trailer, so that the same run finds its own branch again. */
  readonly run: string;
}

export interface NewFile {
  readonly path: string;
  readonly content: string;
  readonly message: string;
  readonly run: string;
}

export interface MergeRequest {
  readonly branch: string;
  /** The commit that production runs; the merge brings exactly this one. */
  readonly commit: string;
  readonly message: string;
  readonly run: string;
}

/** What is read of a repository's history: whoever asks what a release would be needs no more. */
export interface SourceHistory {
  /** The commit of main, of now. */
  head(source: SourceRef): Promise<Commit>;
  /** All tags, by name. */
  tags(source: SourceRef): Promise<readonly Tag[]>;
  /** Newest first; all of them where `since` is undefined. */
  commits(source: SourceRef, range: { since?: string; until: string }): Promise<readonly Commit[]>;
  /** Of hashes, full or short, those of commits in the history of `of`. Nothing is fetched for their sake. */
  within(source: SourceRef, of: string, hashes: readonly string[]): Promise<readonly string[]>;
  /** The text of a file at a commit, or undefined where it is not there. */
  readFile(source: SourceRef, ref: string, path: string): Promise<string | undefined>;
  /** Paths that match a glob at a commit. */
  listFiles(source: SourceRef, ref: string, glob: string): Promise<readonly string[]>;
  /** Files that differ between two commits. */
  changedFiles(source: SourceRef, from: string | undefined, to: string): Promise<readonly string[]>;
}

/** A whole history that is asked about its past. Commits are named by full hashes. */
export interface PastHistory {
  /** All tags that stand for commits, by name. */
  readonly tags: readonly { readonly name: string; readonly commit: string }[];
  commit(sha: string): Commit | undefined;
  /** The commits of `until` that `since` doesn't have, newest first. */
  range(until: string, since: string | undefined): readonly Commit[];
  /** Whether a commit is in the history of `of`. */
  within(of: string): (sha: string) => boolean;
  changedFiles(from: string, to: string): Promise<readonly string[]>;
  /** What a release would have read when `head` was the newest commit, and only these tags were there. */
  asOf(head: string, tags: readonly Tag[]): SourceHistory;
  close(): void;
}

export interface SourceRepository extends SourceHistory {
  resolve(source: SourceRef, ref: string): Promise<string>;
  /** What the release of a release branch was made from and main no longer has, newest first: main was rewritten since. As last fetched. */
  dropped(source: SourceRef, ref: string): Promise<readonly Commit[]>;
  /** Uncommitted or unpushed work in the user's own checkout: for a warning, never touched. */
  unreleasedWork(
    source: SourceRef,
  ): Promise<{ readonly dirtyFiles: readonly string[]; readonly unpushedCommits: number }>;
  /** A fresh tree of a commit in `directory` (no .git), exactly once per directory. */
  export(source: SourceRef, commit: string, directory: string): Promise<void>;
  /** Branches, writes, commits and pushes. The same run again gives the same commit. */
  createReleaseBranch(
    source: SourceRef,
    request: ReleaseBranch,
  ): Promise<{ readonly commit: string; readonly created: boolean }>;
  /** Commits a new file to main and pushes it; undefined: something is there already, and stays. */
  addToMain(source: SourceRef, request: NewFile): Promise<{ readonly commit: string | undefined }>;
  /** Merges into main and pushes, on top of whatever main is by then. Already merged is done. */
  mergeToMain(
    source: SourceRef,
    request: MergeRequest,
  ): Promise<{ readonly commit: string; readonly merged: boolean }>;
  /** Annotated and pushed. The same tag on the same commit is done. */
  tag(
    source: SourceRef,
    request: { name: string; commit: string; message: string },
  ): Promise<{ readonly created: boolean }>;
  /** Deletes the remote branch if it still stands on `commit`. Gone already is done. */
  deleteBranch(
    source: SourceRef,
    request: { branch: string; commit: string },
  ): Promise<{ readonly deleted: boolean; readonly reason?: string }>;
}

/** A typed "no" of git's. */
export class SourceProblem extends Error {
  override readonly name = 'SourceProblem';
  readonly kind: SourceProblemKind;
  readonly files: readonly string[];
  /** `message` says what happened and what to do about it. */
  constructor(kind: SourceProblemKind, message: string, files: readonly string[] = []) {
    super(message);
    this.kind = kind;
    this.files = files;
  }
}
