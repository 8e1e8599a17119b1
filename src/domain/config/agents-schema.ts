import { z } from 'zod';
import type { AgentRole, SharedRole, SingleRole } from '../agents/roles.ts';
import { agentRoles } from '../agents/roles.ts';
import { command, name } from './parts.ts';

const agent = z
  .strictObject({
    /** A program: the task as JSON on stdin, the result as JSON on stdout. */
    command: command('30m').optional(),
    /** People who do it by hand: the task waits for `answer`. */
    person: z.array(z.string()).min(1).optional(),
  })
  .refine((value) => (value.command === undefined) !== (value.person === undefined), {
    error: 'say how the agent is called: exactly one of command or person',
  });

const single = agent.optional();
const shared = z.record(name, agent).optional();

/** The section `agents`: a key for each role that there is. */
export const agentsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries<AgentRole>(agentRoles).map(([role, { each }]) => [
      role,
      each === undefined ? single : shared,
    ]),
  ) as { [R in SingleRole]: typeof single } & { [R in SharedRole]: typeof shared },
);

export type AgentConfig = z.output<typeof agent>;
