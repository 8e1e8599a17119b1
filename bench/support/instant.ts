import { readFileSync } from 'node:fs';
import path from 'node:path';
import { activityInfo, CompleteAsyncError } from '@temporalio/activity';
import type { Activities } from '../../src/activities/index.ts';
import type { Clock } from '../../src/activities/ports/index.ts';
import type { ProductConfig } from '../../src/domain/config/schema.ts';
import { byProduct, simulatedActivities } from '../../test/support/simulated/activities.ts';
import { unhindered } from '../../test/support/simulated/surroundings.ts';
import { loaded, SimulatedWorld } from '../../test/support/simulated/world.ts';

/** The example product: all checks, two environments with process driver, migrations, backup and smoke tests. */
const file = path.join(import.meta.dirname, '../../examples/shop/sluice.yaml');
const { config, digest } = loaded(readFileSync(file, 'utf8'), file);

export interface InstantOptions {
  /** What differs from the example product's configuration. */
  readonly configure?: (config: ProductConfig) => ProductConfig;
  /** What differs in the world of each product, before its first run. */
  readonly furnish?: (world: SimulatedWorld) => void;
  /** By which rollouts are watched; left out: one whose minutes are over at once. */
  readonly watch?: Clock;
  /** The run's record is written for the first time: its gate is about to open. */
  onBeforeGate?(run: string): void;
  /** The first effect in production has started. */
  onProduction?(run: string): void;
  /** The first effect in production goes on and on, and takes no place in the worker: what comes after it is not measured. */
  readonly holdAtProduction?: boolean;
}

/**
 * All activities, simulated, with effects that return at once and worlds that remember no more than what runs: what is left is what the
 * flow and the server cost.
 */
export function instantActivities(options: InstantOptions = {}): Activities {
  const worlds = new Map<string, { readonly world: SimulatedWorld; readonly activities: Activities }>();
  const begin = (product: string) => {
    const world = instantWorld(product, options);
    const activities = simulatedActivities(world, { ...unhindered, watch: options.watch });
    const begun = { world, activities };
    worlds.set(product, begun);
    return begun;
  };
  const instant = byProduct((product) => {
    const { world, activities } = worlds.get(product) ?? begin(product);
    world.forget();
    return activities;
  });
  const recorded = new Set<string>();
  return {
    ...instant,
    database: (ref, ...rest) => {
      if (ref.step === 'production.backup') {
        options.onProduction?.(thisRun());
        if (options.holdAtProduction) throw new CompleteAsyncError();
      }
      return instant.database(ref, ...rest);
    },
    record: (...args) => {
      const run = thisRun();
      if (!recorded.has(run)) options.onBeforeGate?.(run);
      recorded.add(run);
      return instant.record(...args);
    },
  };
}

/** Production runs v0.9.0, and main is ready to be v1.0.0. */
export function instantWorld(product: string, { configure, furnish }: InstantOptions = {}): SimulatedWorld {
  const world = new SimulatedWorld(product, {
    config: { ...(configure?.(config) ?? config), product },
    digest,
  });
  world.running['production'] = { version: '0.9.0', commit: 'b'.repeat(40) };
  // Nothing to try the way back on: that would measure another deployment.
  world.running['staging'] = undefined;
  world.readiness = { version: '1.0.0', previousTag: 'v0.9.0' };
  furnish?.(world);
  return world;
}

function thisRun(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
