import type { ProductConfig } from '../../domain/config/schema.ts';
import { environmentFor } from '../../domain/environments/purpose.ts';
import type { FlowName } from '../../domain/flows/registry.ts';
import { flows } from '../../domain/flows/registry.ts';
import { usualFlow } from '../../domain/flows/run-names.ts';
import type { Rehearsal } from '../../domain/flows/rehearsal.ts';
import { rehearsalOf } from '../../domain/rehearsal/flows.ts';
import type { SimulatedGit } from './simulated-git.ts';
import { history } from './simulated-git.ts';
import type { Stage, World } from './world.ts';

/** Who is said to have started the run. */
export const starter = 'rehearsal';

/** The workflow's id and its input. */
export function openingOf(flow: FlowName, product: string) {
  const { name, input } = needed(flow).opening(history);
  return { workflowId: flows[flow].runId({ product, ...name }), input: { product, by: starter, ...input } };
}

export function stageOf(flow: FlowName, config: ProductConfig): Stage {
  const { environment, bringsNew } = needed(flow);
  const old: readonly string[] = [history.before.version, history.running.version];
  return {
    live: environment(config),
    // No fault of traffic or health is about what ran before.
    isNew: (version) => bringsNew && !old.includes(version),
  };
}

function needed(flow: FlowName): Rehearsal {
  const rehearsal = rehearsalOf(flow);
  if (!rehearsal) throw new Error(`a ${flows[flow].word} can't be rehearsed`);
  return rehearsal;
}

/** What runs when the rehearsal begins, and what ran before. */
export function furnish(world: World, git: SimulatedGit, flow: FlowName): void {
  const { product } = world.config;
  const usual = flows[usualFlow];
  const versions = [history.before, history.running];
  for (const name of Object.keys(world.config.environments)) {
    run(world, name, history.running);
    for (const [index, { version }] of versions.entries())
      world.deployments.unshift({
        key: `${flow}/${name}/${version}`,
        run: usual.runId({ product, version }),
        product,
        environment: name,
        at: new Date(Date.UTC(2020, index, 1)).toISOString(),
        version,
        type: usual.historyType,
        status: 'Success',
        rollback: 'N/A',
        notes: '',
      });
  }
  const { released } = needed(flow).opening(history);
  if (!released) return;
  git.tag(`v${released.version}`, released.commit);
  const staging = environmentFor(world.config, 'staging');
  if (staging !== undefined) run(world, staging, released);
}

function run(world: World, name: string, { version, commit }: { version: string; commit: string }): void {
  const environment = world.environment(name);
  environment.deployed.clear();
  environment.deployed.set(version, { commit, slot: 'blue' });
  environment.weights = { [version]: 100 };
}
