import type { EnvironmentConfig, ProductConfig } from '../config/schema.ts';
import { own } from '../text/own.ts';

/** An environment of a product by a name that may come from anywhere: `__proto__` is none. */
export function environmentOf(
  { environments }: Pick<ProductConfig, 'environments'>,
  name: string,
): EnvironmentConfig | undefined {
  return own(environments, name);
}

/** Whether anything of an environment is judged by metrics. */
export function isWatched(config: Pick<ProductConfig, 'environments'>, name: string): boolean {
  const environment = environmentOf(config, name);
  return (environment?.process ?? environment?.router ?? environment?.monitor.scrape) !== undefined;
}

/** Whether a version can stand beside the one that serves, without traffic. */
export function hasSlots({ process, slots }: Pick<EnvironmentConfig, 'process' | 'slots'>): boolean {
  return process !== undefined || slots !== undefined;
}
