import type { SkillName } from './skills.ts';

/** A part that a configuration may give to an agent: the section `agents` has a key for each. */
export interface AgentRole {
  /** What it is asked for. */
  readonly skills: readonly SkillName[];
  /** Where several agents share it, each under a name of its own: what one of them is called, before that name. */
  readonly each?: string;
}

export const agentRoles = {
  'qa-engineer': { skills: ['qa-engineer'] },
  'technical-writer': { skills: ['technical-writer'] },
  'devops-engineer': { skills: ['devops-engineer'] },
  'support-engineer': { skills: ['support-engineer'] },
  /** Mends what keeps a version from working. Not to be confused with the driver that deploys. */
  driver: { skills: ['fix'] },
  /** Advises the driver, and makes one review of many. */
  senior: { skills: ['consult', 'synthesize'] },
  /** They review at the same time, and advise where the senior could not. */
  trio: { skills: ['review', 'consult'], each: 'trio' },
  /** They review after the senior. */
  juniors: { skills: ['review'], each: 'junior' },
} as const satisfies Readonly<Record<string, AgentRole>>;

export type RoleName = keyof typeof agentRoles;
export type SharedRole = {
  [R in RoleName]: (typeof agentRoles)[R] extends { readonly each: string } ? R : never;
}[RoleName];
/** Of one agent each. */
export type SingleRole = Exclude<RoleName, SharedRole>;

/** Names an agent of a configuration: its role, and which of those who share it. */
export interface AgentName {
  readonly role: RoleName;
  readonly name?: string;
}

/** Whether a role is asked for such work. */
export function isAskedFor({ role }: AgentName, skill: SkillName): boolean {
  const { skills }: AgentRole = agentRoles[role];
  return skills.includes(skill);
}

/** How an agent is called, in its own task too: `driver`, `trio security`, `junior first`. */
export function calledBy({ role, name }: AgentName): string {
  const { each = role }: AgentRole = agentRoles[role];
  return name === undefined ? role : `${each} ${name}`;
}
