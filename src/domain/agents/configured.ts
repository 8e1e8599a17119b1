import type { AgentConfig, ProductConfig } from '../config/schema.ts';
import type { AgentName, AgentRole, SharedRole, SingleRole } from './roles.ts';
import { agentRoles } from './roles.ts';

/** The agent of that name. Undefined where the configuration has none, whatever the name is. */
export function agentNamed(config: ProductConfig, { role, name }: AgentName): AgentConfig | undefined {
  if (!Object.hasOwn(agentRoles, role)) return undefined;
  const { each }: AgentRole = agentRoles[role];
  if (each === undefined) return name === undefined ? config.agents[role as SingleRole] : undefined;
  const those = config.agents[role as SharedRole] ?? {};
  return name !== undefined && Object.hasOwn(those, name) ? those[name] : undefined;
}

/** Those who share a role, in the order of the configuration. */
export function agentsOf(config: ProductConfig, role: SharedRole): readonly Required<AgentName>[] {
  return Object.keys(config.agents[role] ?? {}).map((name) => ({ role, name }));
}
