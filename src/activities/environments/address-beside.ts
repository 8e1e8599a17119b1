import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import { hasSlots } from '../../domain/environments/environment-of.ts';
import type { Deps } from '../deps.ts';
import type { Target } from '../ports/index.ts';

/**
 * Where a version that stands beside the one that serves is asked; undefined where it is in no slot (any more). Its driver then knows only
 * the public address, and there the other version would answer for it.
 */
export async function addressBeside(
  deps: Pick<Deps, 'driver'>,
  environment: EnvironmentConfig,
  target: Target,
): Promise<string | undefined> {
  const addresses = await deps.driver(environment).addresses({ target, environment });
  return hasSlots(environment) && addresses.candidate === addresses.public ? undefined : addresses.candidate;
}

/** What is said of a version that nobody can ask. */
export const inNoSlot = ({ version, environment }: Target): string =>
  `v${version} runs in no slot of ${environment}`;
