import type { ProductConfig } from '../../domain/config/schema.ts';
import { greenVersion } from '../../domain/blue-green/version.ts';
import { flowFacts } from '../../domain/rehearsal/flow-facts.ts';
import type { RehearsedFlow } from '../../domain/rehearsal/flows.ts';
import { workflowIds } from '../../domain/flows/workflow-ids.ts';
import type { SimulatedGit } from './simulated-git.ts';
import { history } from './simulated-git.ts';
import type { Stage, World } from './world.ts';

/** Who is said to have started the run. */
export const starter = 'rehearsal';

/** How a flow is begun, and what is different in its world from that of the others. */
interface Opening {
  readonly workflowId: (product: string) => string;
  readonly more?: Readonly<Record<string, string>>;
  readonly prepare?: (world: World, git: SimulatedGit) => void;
}

const openings: Readonly<Record<RehearsedFlow, Opening>> = {
  release: { workflowId: (product) => workflowIds.release(product, history.main.version) },
  // It was released, and got no further than staging.
  rollout: {
    workflowId: (product) => workflowIds.rollout(product, history.main.version),
    more: { version: history.main.version },
    prepare: (world, git) => {
      const { version, commit } = history.main;
      git.tag(`v${version}`, commit);
      if (world.config.environments['staging']) run(world, 'staging', history.main);
    },
  },
  rollback: {
    workflowId: (product) => workflowIds.rollback(product, 'production'),
    more: { reason: 'it is rehearsed' },
  },
  blueGreen: {
    workflowId: (product) =>
      workflowIds.blueGreen(product, greenVersion(history.running.version, history.main.commit)),
  },
};

/** The workflow's id and its input. */
export function openingOf(flow: RehearsedFlow, product: string) {
  const { workflowId, more = {} } = openings[flow];
  return { workflowId: workflowId(product), input: { product, by: starter, ...more } };
}

export function stageOf(flow: RehearsedFlow, config: ProductConfig): Stage {
  const old: readonly string[] = [history.before.version, history.running.version];
  return {
    live: flowFacts[flow].environment(config),
    // A rollback brings nothing new: no fault of traffic or health is about it.
    isNew: (version) => flow !== 'rollback' && !old.includes(version),
  };
}

/** What runs when the rehearsal begins, and what ran before. */
export function furnish(world: World, git: SimulatedGit, flow: RehearsedFlow): void {
  const versions = [history.before, history.running];
  for (const name of Object.keys(world.config.environments)) {
    run(world, name, history.running);
    for (const [index, { version }] of versions.entries())
      world.deployments.unshift({
        key: `${flow}/${name}/${version}`,
        run: `release/${world.config.product}/v${version}`,
        product: world.config.product,
        environment: name,
        at: new Date(Date.UTC(2020, index, 1)).toISOString(),
        version,
        type: 'Release',
        status: 'Success',
        rollback: 'N/A',
        notes: '',
      });
  }
  openings[flow].prepare?.(world, git);
}

function run(world: World, name: string, { version, commit }: { version: string; commit: string }): void {
  const environment = world.environment(name);
  environment.deployed.clear();
  environment.deployed.set(version, { commit, slot: 'blue' });
  environment.weights = { [version]: 100 };
}
