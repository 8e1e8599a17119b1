/** A version that is to be released, or was: what it is made from. */
export interface Candidate {
  readonly product: string;
  readonly version: string;
  /** The commit of main that it is made from. */
  readonly base: string;
  /** The tag before; null for the first release. */
  readonly previousTag: string | null;
  /** ISO 8601: the release's date. */
  readonly date: string;
  /** Sluice's own commit on the release branch, where people pushed more on top of it: `base` is theirs then. */
  readonly written?: string;
}
