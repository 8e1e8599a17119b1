import { ApplicationFailure } from '@temporalio/common';
import type { CheckConfig, CheckName, EnvironmentConfig, ProductConfig } from '../domain/config/schema.ts';
import type { StepRef } from '../domain/run/effect-outcome.ts';
import { own } from '../domain/text/own.ts';
import type { Deps } from './deps.ts';
import type { CatalogEntry, SourceRef, Target } from './ports/index.ts';
import { CatalogProblem, ConfigurationDamaged, NotConfigured } from './ports/index.ts';
import { refuse } from './refusal.ts';

/**
 * The configuration that the run of a step goes by, as this worker read it from its own catalog. Whoever asks for an effect can name a
 * configuration, and never bring one.
 * @throws ApplicationFailure `UnknownConfiguration` or `ConfigurationDamaged`, recorded and told to the product's people; not retried
 */
export async function frozen(deps: Deps, ref: StepRef): Promise<ProductConfig> {
  const { product, configuration } = ref;
  let known: ProductConfig | undefined;
  try {
    known = await deps.configurations.find(configuration);
  } catch (error) {
    if (!(error instanceof ConfigurationDamaged)) throw error;
    throw await refuse(deps, ref, 'ConfigurationDamaged', error.message);
  }
  if (known?.product === product) return known;
  // Another worker may have read it; what the catalog says now is this worker's own as well.
  const now = await catalogNow(deps, product);
  if (now?.digest === configuration) return now.config;
  throw await refuse(
    deps,
    ref,
    'UnknownConfiguration',
    known
      ? `the configuration ${configuration.slice(0, 12)} is of ${known.product}, and not of ${product}`
      : `this worker never read a configuration of ${product} with the digest ${configuration.slice(0, 12)}: what it would say is not taken from whoever asks`,
  );
}

async function catalogNow(deps: Deps, product: string): Promise<CatalogEntry | undefined> {
  try {
    return await deps.catalog.load(product);
  } catch (error) {
    if (error instanceof CatalogProblem) return undefined;
    throw error;
  }
}

/** Where an effect goes: its environment as the run has frozen it, and the repository as the catalog has it now. */
export interface Place {
  readonly config: ProductConfig;
  readonly environment: EnvironmentConfig;
  readonly target: Target;
  readonly source: SourceRef;
}

/** For what changes an environment: the catalog of this moment has to know the product and the environment still. */
export async function placeOf(deps: Deps, ref: StepRef, target: Target): Promise<Place> {
  const config = await frozen(deps, ref);
  const environment = requireEnvironment(config, target.environment);
  const now = await deps.catalog.load(ref.product);
  if (!own(now.config.environments, target.environment))
    throw new NotConfigured(`${ref.product} has no environment ${target.environment} any more`);
  return { config, environment, source: now.source, target: targetOf(ref, target) };
}

/** The same for what only looks, or runs beside: the frozen environment alone. */
export async function frozenEnvironment(
  deps: Deps,
  ref: StepRef,
  target: Target,
): Promise<Pick<Place, 'config' | 'environment' | 'target'>> {
  const config = await frozen(deps, ref);
  return {
    config,
    environment: requireEnvironment(config, target.environment),
    target: targetOf(ref, target),
  };
}

/** The product is the one whose configuration was asked for, whatever else the request says. */
export function targetOf({ product }: StepRef, target: Target): Target {
  if (target.product !== product)
    throw unknownName(`the step is of ${product}, and its target of ${target.product}`);
  return target;
}

/** An environment that somebody asks for by name. @throws ApplicationFailure `UnknownName`, not retried */
export function requireEnvironment(
  { environments, product }: ProductConfig,
  name: string,
): EnvironmentConfig {
  const environment = own(environments, name);
  if (!environment) throw unknownName(`${product} has no environment "${name}"`);
  return environment;
}

/** A check of the product; the smoke tests of an environment are several. @throws ApplicationFailure `UnknownName`, not retried */
export function requireCheck({ checks, product }: ProductConfig, name: CheckName): CheckConfig {
  const check = own(checks, name);
  if (!check) throw unknownName(`${product} has no check "${name}"`);
  return check;
}

/** A name that the configuration does not have is no accident of the moment: trying again changes nothing. */
export const unknownName = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, 'UnknownName');
