import type { ProductConfig } from '../../domain/config/schema.ts';

/** Configurations that this worker read from its own catalog, by their digest: what runs have frozen stays at hand after the catalog changes. */
export interface Configurations {
  /** Keeps a configuration that was just read from the catalog. Safe to repeat. */
  keep(entry: { readonly config: ProductConfig; readonly digest: string }): Promise<void>;
  /**
   * The configuration of a digest; undefined where this worker never read it.
   * @throws ConfigurationDamaged where the kept copy is not what was read
   */
  find(digest: string): Promise<ProductConfig | undefined>;
}

/** A kept copy was changed on disk. The message names the file and says what to do. */
export class ConfigurationDamaged extends Error {
  override readonly name = 'ConfigurationDamaged';
}
