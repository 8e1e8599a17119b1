/** What has environments, by their names: a product's configuration, or what shall become one. */
interface WithEnvironments {
  readonly environments: Readonly<Record<string, unknown>>;
}

/** What an environment is for: to try a version where it hurts nobody, or to serve users. */
export type Purpose = 'staging' | 'production';

/** The environment that is meant where nobody names one. */
export const defaultEnvironment: Purpose = 'production';

/** An environment's name says what it is for; undefined: for something that no flow asks for by its purpose. */
export function purposeOf(name: string): Purpose | undefined {
  return name === 'staging' || name === 'production' ? name : undefined;
}

/** The name of the product's environment that is for this; undefined where it has none. */
export function environmentFor({ environments }: WithEnvironments, purpose: Purpose): string | undefined {
  return Object.keys(environments).find((name) => purposeOf(name) === purpose);
}

/**
 * What a flow says that needs environments of these purposes and does not find them.
 * @param why one clause: `a release goes through staging to production`
 */
export function missingEnvironments(
  config: WithEnvironments,
  purposes: readonly Purpose[],
  why: string,
): string[] {
  return purposes
    .filter((purpose) => environmentFor(config, purpose) === undefined)
    .map((purpose) => `${purpose} is missing: ${why}`);
}

/** Where a version is tried; a product that has no such environment is told by this name that it has none. */
export function stagingOf(config: WithEnvironments): string {
  return environmentFor(config, 'staging') ?? 'staging';
}

/** Where the users are; a product that has no such environment is told by this name that it has none. */
export function productionOf(config: WithEnvironments): string {
  return environmentFor(config, 'production') ?? 'production';
}
