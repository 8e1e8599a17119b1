import { z } from 'zod';
import { severities } from '../run/messages.ts';

/**
 * The task and the result of an agent as they go over the wire. Only for the edges: workflows see the types.
 * Members that Sluice doesn't know are left out; `null` counts as not there, because language models write it so.
 */

const absent = <T extends z.ZodType>(schema: T) => schema.nullish();
const severity = z.enum(severities);

const finding = z.object({
  severity,
  title: z.string().trim().min(1).max(500),
  detail: absent(z.string().max(10_000)),
  /** Relative to the work directory. */
  file: absent(z.string().max(1_000)),
});

export const agentResultSchema = z
  .object({
    status: z.enum(['done', 'stuck', 'needs-input', 'failed']),
    summary: z.string().trim().min(1).max(4_000),
    findings: absent(z.array(finding).max(200)),
    artifacts: absent(z.array(z.string().min(1).max(1_000)).max(500)),
    verdict: absent(z.enum(['approve', 'reject'])),
    cost: absent(z.number().min(0)).describe('US dollars'),
    text: absent(z.string().max(200_000)),
  })
  .describe('What an agent has done: the last JSON object on its standard output.');

export type AgentResultDocument = z.output<typeof agentResultSchema>;

export const agentTaskSchema = z
  .object({
    role: z.string().min(1),
    skill: z.string().optional(),
    task: z.string(),
    instructions: z.string(),
    product: z.string(),
    environment: z.string().optional(),
    inputs: z.record(z.string(), z.unknown()),
    workDirectory: z.string().min(1),
    resultSchema: z.record(z.string(), z.unknown()),
  })
  .describe('What an agent is asked to do: one JSON object on its standard input.');

/** For programs in other languages, and for agents that are told the shape of their answer. */
export const agentResultJsonSchema: Readonly<Record<string, unknown>> = z.toJSONSchema(agentResultSchema, {
  io: 'input',
});
export const agentTaskJsonSchema: Readonly<Record<string, unknown>> = z.toJSONSchema(agentTaskSchema, {
  io: 'input',
});
