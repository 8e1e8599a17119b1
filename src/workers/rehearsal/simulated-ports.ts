import { effectContext } from '../../activities/context.ts';
import type { Deps } from '../../activities/deps.ts';
import type { Activities } from '../../activities/index.ts';
import { createActivities } from '../../activities/index.ts';
import type { CatalogEntry, EnvironmentLocks } from '../../activities/ports/index.ts';
import { CatalogProblem } from '../../activities/ports/index.ts';
import { createUnprovedVerifier } from '../../adapters/unproved-verifier.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { StepRef } from '../../domain/run/effect-outcome.ts';
import { simulatedAgent } from './simulated-agents.ts';
import { Executions, simulatedCommands, simulatedTests } from './simulated-commands.ts';
import { simulatedDriver } from './simulated-driver.ts';
import type { SimulatedGit } from './simulated-git.ts';
import { pushRejected, simulatedCodeHost, simulatedSource, writingTo } from './simulated-source.ts';
import { simulatedTraffic } from './simulated-traffic.ts';
import { simulatedWorkTrees } from './simulated-worktrees.ts';
import type { World } from './world.ts';

export interface Simulation {
  readonly world: World;
  readonly git: SimulatedGit;
  readonly entry: CatalogEntry;
  readonly locks: EnvironmentLocks;
  /** Where trees and backups seem to be; absolute. */
  readonly directory: string;
}

/** The real activities, acting on a simulated world: what decides in a rehearsal is what decides in production. */
export function rehearsedActivities(simulation: Simulation): Activities {
  const { world } = simulation;
  const activities = createActivities(simulatedPorts(simulation));
  const tracked = Object.entries(activities).map(([name, effect]) => [
    name,
    (...args: unknown[]): Promise<unknown> => {
      // A local activity is part of a flow's own task: time stands still for it.
      if (name === 'acquireEnvironment') return (effect as Effect)(...args);
      const ref = refOf(args[0]);
      return world.time.track(ref, () => {
        if (ref) world.beginStep(ref.step, ref.try);
        return (effect as Effect)(...args);
      });
    },
  ]);
  return Object.fromEntries(tracked) as Activities;
}

type Effect = (...args: unknown[]) => Promise<unknown>;

function refOf(value: unknown): StepRef | undefined {
  return typeof value === 'object' && value !== null && 'step' in value && 'try' in value
    ? (value as StepRef)
    : undefined;
}

function simulatedPorts({ world, git, entry, locks, directory }: Simulation): Deps {
  const executions = new Executions(world);
  const { config } = entry;
  const contextOf = () => {
    const ref = world.time.current?.ref;
    return ref && effectContext(ref);
  };
  const codeHost = simulatedCodeHost(executions, contextOf);
  const push = writingTo(executions, contextOf, pushRejected);
  return {
    catalog: {
      products: () => Promise.resolve([{ product: config.product, file: entry.file, problems: [] }]),
      load: (product) =>
        product === config.product
          ? Promise.resolve(entry)
          : Promise.reject(new CatalogProblem([`there is no product "${product}" in this rehearsal`])),
    },
    configurations: {
      keep: () => Promise.resolve(),
      find: (digest) => Promise.resolve(digest === entry.digest ? config : undefined),
    },
    source: simulatedSource(config, git, push),
    codeHost: () => Promise.resolve(codeHost),
    commands: simulatedCommands(executions),
    tests: simulatedTests(executions),
    driver: (environment: EnvironmentConfig) => simulatedDriver(world, executions, environment),
    clock: world.time,
    ...simulatedTraffic(world),
    notifier: {
      send: (_channel, { key, event, title }) => {
        world.tell(key, event, title);
        return Promise.resolve();
      },
    },
    ledger: {
      append: (lines) => {
        const known = new Set(world.ledger.map(({ key }) => key));
        world.ledger.push(...lines.filter(({ key }) => !known.has(key)));
        return Promise.resolve();
      },
      entries: (run, part) =>
        Promise.resolve(world.ledger.filter((line) => line.run === run).slice(part?.from ?? 0)),
      recordDeployment: (row) => {
        world.deployments.unshift(row);
        return Promise.resolve();
      },
      deployments: ({ environment, limit }) =>
        Promise.resolve(
          world.deployments
            .filter((row) => environment === undefined || row.environment === environment)
            .slice(0, limit),
        ),
    },
    state: { read: () => Promise.resolve(undefined), update: () => Promise.resolve() },
    agent: (agent) => simulatedAgent(world, executions, agent),
    worktrees: simulatedWorkTrees(config, git, push),
    locks,
    verifier: createUnprovedVerifier(),
    directory,
  };
}
