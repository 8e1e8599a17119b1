import type { Driver } from '../../activities/ports/index.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import { createProcessDriver } from './process/index.ts';
import type { ProcessDriverOptions } from './process/index.ts';
import { createScriptDriver } from './script/index.ts';
import { createSlotsDriver } from './slots/index.ts';

/** One entry a driver: the section of an environment that chooses it, and how it is made. The first one that is there counts. */
const drivers = {
  process: createProcessDriver,
  // Beside script: the same commands, told which slot they are about.
  slots: createSlotsDriver,
  script: createScriptDriver,
} as const satisfies Partial<Record<keyof EnvironmentConfig, (options: ProcessDriverOptions) => Driver>>;

/** The driver that an environment's configuration names. */
export function createDriver(environment: EnvironmentConfig, options: ProcessDriverOptions): Driver {
  for (const section of ['process', 'slots', 'script'] as const)
    if (environment[section]) return drivers[section](options);
  throw new Error('the environment names no driver: it needs a process or a script section');
}

export { createProcessDriver, stopAll } from './process/index.ts';
export type { ProcessDriverOptions } from './process/index.ts';
export { createScriptDriver } from './script/index.ts';
export { createSlotsDriver } from './slots/index.ts';
