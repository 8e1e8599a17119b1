import type { ProductConfig } from '../../domain/config/schema.ts';
import type { SourceRef } from './source.ts';

/** A product as the worker trusts it. */
export interface CatalogEntry {
  readonly config: ProductConfig;
  /** SHA-256 over the canonical configuration. */
  readonly digest: string;
  /** Where its configuration comes from, for people. */
  readonly file: string;
  /** Its repository as this host reaches it. */
  readonly source: SourceRef;
}

/** The worker's own trusted configuration: the caller of a run never brings the policy. */
export interface Catalog {
  products(): Promise<
    readonly { readonly product: string; readonly file: string; readonly problems: readonly string[] }[]
  >;
  /** Throws `CatalogProblem` for an unknown product and for a configuration with problems. Reads afresh every time. */
  load(product: string): Promise<CatalogEntry>;
}

/** What a run wants to change is not in the catalog any more. The message says what is missing. */
export class NotConfigured extends Error {
  override readonly name = 'NotConfigured';
}

/** A product that can't be released as it is configured; `problems` names each with file, line and field. */
export class CatalogProblem extends Error {
  override readonly name = 'CatalogProblem';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
