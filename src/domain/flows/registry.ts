import { blueGreenFlow } from '../blue-green/flow.ts';
import { releaseFlow } from '../release/flow.ts';
import { rollbackFlow } from '../rollback/flow.ts';
import { rolloutFlow } from '../rollout/flow.ts';
import type { Flow } from './flow.ts';

/** All flows, by their workflow types. Everything else walks this list; docs/adding-a-flow.md says how to add one. */
export const flows = registered({
  release: releaseFlow,
  rollout: rolloutFlow,
  rollback: rollbackFlow,
  blueGreen: blueGreenFlow,
});

/** Held to by the compiler: each stands under the name of its workflow type. */
function registered<const T extends { readonly [N in keyof T & string]: { readonly type: N } }>(all: T): T {
  return all;
}

/** A workflow type. */
export type FlowName = keyof typeof flows;
/** What a flow is started with. */
export type InputOf<N extends FlowName> = Extract<
  ReturnType<(typeof flows)[N]['check']>,
  { readonly ok: true }
>['value'];
/** How far a run has gone, as far as steering it is concerned (docs/steering.md). */
export type Stage = { [N in FlowName]: keyof (typeof flows)[N]['stages'] }[FlowName];

export const flowNames = Object.keys(flows) as FlowName[];

/** As people call them on the command line, and the first parts of runs' ids. */
export const flowWords: readonly string[] = flowNames.map((name) => flows[name].word);

/** A flow, for who treats all of them alike. */
export const flowOf = (name: FlowName): Flow => flows[name];

/** The flow that people call so, by its word or its workflow type; undefined where there is none. */
export function flowNamed(word: string): FlowName | undefined {
  return flowNames.find((name) => name === word || flows[name].word === word);
}

/** Titles of flows: at the beginning of a headline. */
export const flowTitles = Object.fromEntries(flowNames.map((name) => [name, flows[name].title])) as Readonly<
  Record<FlowName, string>
>;

/** All stages, in the order of the first flow that has them. */
export const stages = [...new Set(flowNames.flatMap((name) => Object.keys(flows[name].stages)))] as Stage[];
