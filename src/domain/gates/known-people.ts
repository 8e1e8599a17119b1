import type { AgentConfig, ProductConfig } from '../config/schema.ts';
import { resolvePeople } from './gate.ts';

/** Who started a run that does not say it; no person, so nobody may speak as it. */
export const nobody = 'unknown';

/** Everybody whom the configuration names, and the one who started the run: only they are heard. */
export function knownPeople(config: ProductConfig, starter: string): string[] {
  const named = [
    ...Object.values(config.people.groups).flat(),
    ...Object.values(config.environments).flatMap((environment) =>
      resolvePeople(environment.approval?.from ?? [], config.people.groups),
    ),
    ...agentsOf(config).flatMap((agent) => resolvePeople(agent.person ?? [], config.people.groups)),
    ...resolvePeople(config.blueGreen?.manualValidation ?? [], config.people.groups),
  ];
  return [...new Set(starter === nobody ? named : [...named, starter])];
}

function agentsOf({ agents: { trio = {}, juniors = {}, ...roles } }: ProductConfig): AgentConfig[] {
  return [...Object.values(roles), ...Object.values(trio), ...Object.values(juniors)].filter(
    (agent) => agent !== undefined,
  );
}
