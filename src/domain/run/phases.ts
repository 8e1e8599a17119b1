import { flowNames, flows } from '../flows/registry.ts';

const titles = new Map(flowNames.flatMap((name) => Object.entries(flows[name].phases)));

/** What people read for a phase, whichever flow has it; one that no flow has is told as it is. */
export function phaseTitle(phase: string): string {
  return titles.get(phase) ?? phase;
}
