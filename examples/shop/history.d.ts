/** The repository of the example product, built in a directory of its own. */
export interface ExampleShop {
  /** The developers' checkout, on `main`, with `remote` as its `origin`. */
  readonly checkout: string;
  /** A bare repository. */
  readonly remote: string;
  /** Where the databases of staging and production will be. */
  readonly data: string;
  /** The `sluice.yaml` with absolute paths, outside the checkout. */
  readonly config: string;
  /** The commit of main. */
  readonly head: string;
  /** Adds a version that passes every test and staging, and fails checkouts in production. Pulls first, then pushes. */
  addBadVersion(): Promise<AddedCommits>;
  /** Adds what mends that version. */
  addFix(): Promise<AddedCommits>;
}

export interface AddedCommits {
  readonly head: string;
  /** Their subjects, oldest first. */
  readonly commits: readonly string[];
}

/**
 * Builds the shop in `directory`, which is created where it is missing; it must not hold another one.
 * The same commits come out every time.
 */
export function buildShop(options: {
  readonly directory: string;
  /** Where users come in; 4100 and 4200 unless told. */
  readonly ports?: { readonly staging?: number; readonly production?: number };
  /** How long and how often production is watched, such as `10s` and `1s`. */
  readonly monitor?: { readonly for?: string; readonly every?: string };
}): Promise<ExampleShop>;
