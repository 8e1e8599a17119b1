import type { Clock, EnvironmentLocks } from '../../../src/activities/ports/index.ts';

/** What a simulated world shares with others. */
export interface Surroundings {
  /** How time passes; the time-skipping server's clock leaps. */
  sleep(ms: number): Promise<void>;
  readonly locks: EnvironmentLocks;
  /** By which rollouts are watched; left out: one whose minutes are over at once. */
  readonly watch?: Clock | undefined;
}

/** Nobody waits for anything, and every environment is free. */
export const unhindered: Surroundings = {
  sleep: () => Promise.resolve(),
  locks: {
    acquire: () => Promise.resolve({ granted: true, position: 0, behind: '' }),
    release: () => Promise.resolve(),
    isRunning: () => Promise.resolve(true),
  },
};
