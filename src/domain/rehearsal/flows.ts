import type { Rehearsal } from '../flows/rehearsal.ts';
import type { FlowName } from '../flows/registry.ts';
import { flowNames, flowOf } from '../flows/registry.ts';

/** What a rehearsal has to know of a flow; undefined where it can't be rehearsed. */
export function rehearsalOf(flow: FlowName): Rehearsal | undefined {
  const { rehearsal } = flowOf(flow);
  return 'none' in rehearsal ? undefined : rehearsal;
}

/** The flows that can be rehearsed, as people call them. */
export const rehearsedWords: readonly string[] = flowNames
  .filter((name) => rehearsalOf(name) !== undefined)
  .map((name) => flowOf(name).word);
