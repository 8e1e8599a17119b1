/**
 * Looks secrets up at the last moment. Configuration and history hold references (`env:NAME`, `file:PATH`),
 * never values.
 */
export interface SecretResolver {
  /** The value of `env:NAME` or `file:PATH`. Throws {@link SecretProblem}. */
  readonly resolve: (reference: string) => Promise<string>;
  /** Variables with those values that are references resolved, all others taken as they stand. Throws {@link SecretProblem}. */
  readonly resolveEnv: (variables: Readonly<Record<string, string>>) => Promise<Record<string, string>>;
  /** The text without any value that was resolved so far (values of fewer than four characters are left alone). */
  readonly redact: (text: string) => string;
}

/** A secret can't be had. The message names the reference and what to do, and never holds the value. */
export class SecretProblem extends Error {
  override readonly name = 'SecretProblem';
  readonly reference: string;
  constructor(reference: string, message: string) {
    super(message);
    this.reference = reference;
  }
}
