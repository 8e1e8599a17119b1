import type { GitOptions, GitResult } from './runner.ts';

/** A repository that git is asked about. A "no" of git's is a result. */
export interface GitDirectory {
  /** Where it is, for people and as the working directory. */
  readonly directory: string;
  git(args: readonly string[], options?: Partial<GitOptions>): Promise<GitResult>;
  /** Hands on what git prints while it prints it. */
  stream(
    args: readonly string[],
    onText: (text: string) => void,
    options?: Partial<GitOptions>,
  ): Promise<GitResult>;
  /** The bytes that git prints; undefined where it says no. */
  bytes(args: readonly string[], options?: Partial<GitOptions>): Promise<Uint8Array | undefined>;
}
