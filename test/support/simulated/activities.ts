import { activityInfo } from '@temporalio/activity';
import type { Deps } from '../../../src/activities/deps.ts';
import { lockActivities } from '../../../src/activities/environments/locks.ts';
import type { Activities } from '../../../src/activities/index.ts';
import { inputs } from '../../../src/activities/inputs/index.ts';
import { parsed } from '../../../src/activities/inputs/parsed.ts';
import { flowWords } from '../../../src/domain/flows/registry.ts';
import { simulatedBlueGreen } from './blue-green.ts';
import { simulatedEnvironments } from './environments.ts';
import { simulatedFlows } from './flows.ts';
import { simulatedRecords } from './records.ts';
import { simulatedRelease } from './release.ts';
import type { Surroundings } from './surroundings.ts';
import { simulatedWatching } from './watching.ts';
import type { SimulatedWorld } from './world.ts';

/**
 * The activities, simulated: each does its part at once in a simulated world, and is asked as the real one is, by inputs that are parsed.
 * What is watched is decided by the real activities. Tests of the flows and benchmarks use it; a rehearsal simulates what is below the
 * real activities instead (src/workers/rehearsal).
 */
export function simulatedActivities(world: SimulatedWorld, around: Surroundings): Activities {
  return parsed(inputs, {
    ...simulatedFlows(world),
    ...simulatedRelease(world),
    ...lockActivities({ locks: around.locks } as Deps),
    ...simulatedEnvironments(world),
    ...simulatedWatching(world, around),
    ...simulatedRecords(world),
    ...simulatedBlueGreen(world),
  });
}

type Named = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/** Runs, locks, and questions that name a run. */
const ofProduct = new RegExp(`(?:${[...flowWords, 'lock'].join('|')})/([^/]+)/`);

/**
 * Every activity goes to the world of the product whose run asked for it.
 * @param during carries each of them out
 */
export function byProduct(
  find: (product: string) => Activities | undefined,
  during: (activity: () => Promise<unknown>) => Promise<unknown> = (activity) => activity(),
): Activities {
  const all = Object.keys(inputs).map((name) => [
    name,
    (...args: unknown[]): Promise<unknown> => {
      const id = activityInfo().workflowExecution?.workflowId ?? '';
      const activities = find(ofProduct.exec(id)?.[1] ?? '') as Named | undefined;
      const activity = activities?.[name];
      if (!activity) throw new Error(`no world for ${id}`);
      return during(() => activity(...args));
    },
  ]);
  return Object.fromEntries(all) as Activities;
}
