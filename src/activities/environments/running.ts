import type { ProductConfig } from '../../domain/config/schema.ts';
import { environmentOf } from '../../domain/environments/environment-of.ts';
import type { Deps } from '../deps.ts';
import type { Deployed, EffectContext, SourceRef } from '../ports/index.ts';

export interface Looked {
  readonly config: ProductConfig;
  readonly source: SourceRef;
  /** By name. */
  readonly environment: string;
  /** That is to go there, where one is. */
  readonly version?: string;
}

/** What an environment runs, as its driver sees it; undefined where nothing does, or where the product has no such environment. */
export async function runningIn(
  deps: Pick<Deps, 'driver'>,
  { config, source, environment: name, version = '' }: Looked,
  context: EffectContext,
): Promise<Deployed | undefined> {
  const environment = environmentOf(config, name);
  if (!environment) return undefined;
  const { product } = config;
  const target = { product, environment: name, version, commit: '', previousVersion: undefined };
  return deps.driver(environment).current({ target, environment, source }, context);
}
