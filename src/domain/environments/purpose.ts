import type { ProductConfig } from '../config/schema.ts';

/** What an environment is for: to try a version where it hurts nobody, or to serve users. */
export type Purpose = 'staging' | 'production';

/** An environment's name says what it is for; undefined: for something that no flow asks for by its purpose. */
export function purposeOf(name: string): Purpose | undefined {
  return name === 'staging' || name === 'production' ? name : undefined;
}

/** The name of the product's environment that is for this; undefined where it has none. */
export function environmentFor(
  { environments }: Pick<ProductConfig, 'environments'>,
  purpose: Purpose,
): string | undefined {
  return Object.keys(environments).find((name) => purposeOf(name) === purpose);
}

/** Where a version is tried; a product that has no such environment is told by this name that it has none. */
export function stagingOf(config: Pick<ProductConfig, 'environments'>): string {
  return environmentFor(config, 'staging') ?? 'staging';
}

/** Where the users are; a product that has no such environment is told by this name that it has none. */
export function productionOf(config: Pick<ProductConfig, 'environments'>): string {
  return environmentFor(config, 'production') ?? 'production';
}
