import type { FlowName } from './registry.ts';
import { flowNames, flowOf } from './registry.ts';

/** What is meant where nobody says which flow. */
export const usualFlow = 'release' satisfies FlowName;

const usualPrefix = `${flowOf(usualFlow).word}/`;

/** The flow of a run, by its id; undefined where it is no flow's. */
export function flowOfRun(run: string): FlowName | undefined {
  return flowNames.find((name) => run.startsWith(`${flowOf(name).word}/`));
}

/** A run as people may name it: `shop/v1.4.0` for `release/shop/v1.4.0`, the whole id for other flows. */
export function shortNameOf(run: string): string {
  return run.startsWith(usualPrefix) ? run.slice(usualPrefix.length) : run;
}

/** The ids that a person's name for a run may stand for, without asking anybody for a list. */
export function idsMeantBy(name: string): string[] {
  if (flowOfRun(name) !== undefined) return [name];
  const [, product, version] = /^([a-z][a-z0-9-]*)\/v?(\d[\w.+-]*)$/.exec(name) ?? [];
  return product !== undefined ? [flowOf(usualFlow).runId({ product, version })] : [];
}
