import { z } from 'zod';
import { commentLimit, messageKinds, severities, type Message } from '../domain/run/messages.ts';
import { flowNames, stages } from '../domain/flows/registry.ts';
import { outcomes, type RunResult, type RunStatus } from '../domain/run/status.ts';

/** The public shapes for other languages. The types of the domain are the truth: the last lines hold these to them. */

const name = z.string().min(1).max(200);
const time = z.iso.datetime().describe('ISO 8601');
const link = z.strictObject({ title: z.string(), url: z.string() });

export const messageSchema = z
  .strictObject({
    by: name.describe('who you are'),
    gate: name.exactOptional().describe('may be left out while only one is open'),
    comment: z.string().max(commentLimit).exactOptional(),
    digest: name.exactOptional().describe('of what was looked at; at least its first twelve digits'),
    choice: name.exactOptional().describe("for answer: one of the question's choices"),
    severity: z
      .enum(severities)
      .exactOptional()
      .describe('for comment and rollback: how bad the issue in production is'),
    full: z
      .boolean()
      .exactOptional()
      .describe('for promote: through all steps that are left, without waiting'),
    proof: z.record(z.string(), z.string()).exactOptional().describe("what the gate's policy asks for"),
  })
  .meta({ title: `Argument of the signals and updates ${messageKinds.join(', ')}` });

const step = z.strictObject({
  id: z.string(),
  phase: z.string(),
  title: z.string(),
  state: z.enum(['pending', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled']),
  started: time.exactOptional(),
  ended: time.exactOptional(),
  attempts: z.int().describe('how often it was carried out'),
  failures: z
    .int()
    .exactOptional()
    .describe('how many tries before this one failed; what is done again by plan is none'),
  summary: z.string().exactOptional(),
  log: z.string().exactOptional().describe("the file with its whole output, on the worker's host"),
});

const gate = z.strictObject({
  id: z.string(),
  kind: z.enum(['approval', 'question', 'task']),
  statement: z.string(),
  details: z.string().describe('Markdown'),
  digest: z.string().exactOptional(),
  who: z.array(z.string()),
  stillNeeded: z.int(),
  choices: z.array(z.strictObject({ id: z.string(), title: z.string() })),
  opened: time,
  expires: time.exactOptional(),
  onExpiry: z.string().exactOptional(),
  votes: z.array(
    z.strictObject({ by: z.string(), choice: z.string(), at: time, comment: z.string().exactOptional() }),
  ),
});

export const statusSchema = z
  .strictObject({
    schema: z.literal(1).describe('grows when a field changes its meaning or goes away'),
    run: z.string().describe('the workflow id'),
    flow: z.enum(flowNames),
    product: z.string(),
    version: z.string().exactOptional(),
    previousVersion: z.string().exactOptional(),
    commit: z.string().exactOptional(),
    startedBy: z.string().exactOptional(),
    started: time,
    ended: time.exactOptional(),
    outcome: z.enum(outcomes).exactOptional(),
    reason: z.string().describe('why it ended so, or what it does now'),
    phase: z.string(),
    stage: z.enum(stages),
    paused: z.strictObject({ by: z.string(), at: time, comment: z.string().exactOptional() }).exactOptional(),
    steps: z.array(step),
    gates: z.array(gate).describe('those that are open'),
    decisions: z.array(
      z.strictObject({
        kind: z.enum(messageKinds),
        by: z.string(),
        at: time,
        gate: z.string().exactOptional(),
        comment: z.string().exactOptional(),
        reason: z.string(),
      }),
    ),
    refused: z
      .array(
        z.strictObject({ kind: z.string(), at: time, reason: z.string(), by: z.string().exactOptional() }),
      )
      .describe('the last fifty messages that were refused'),
    refusedCount: z.int(),
    blockers: z.array(z.string()),
    concerns: z.array(z.string()),
    waitingFor: z.string().exactOptional(),
    queue: z.strictObject({ environment: z.string(), position: z.int(), behind: z.string() }).exactOptional(),
    rollout: z
      .strictObject({ weights: z.record(z.string(), z.number()), samples: z.array(z.string()) })
      .exactOptional(),
    links: z.array(link),
  })
  .meta({ title: 'What the query status gives' });

export const resultSchema = z
  .strictObject({
    run: z.string(),
    flow: z.enum(flowNames),
    product: z.string(),
    outcome: z.enum(outcomes),
    reason: z.string(),
    version: z.string().exactOptional(),
    previousVersion: z.string().exactOptional(),
    commit: z.string().exactOptional(),
    blockers: z.array(z.string()).exactOptional(),
    links: z.array(link).exactOptional(),
    measures: z
      .record(z.string(), z.union([z.number(), z.string()]))
      .exactOptional()
      .describe('what the process is measured by, such as durationMs; of blueGreen'),
  })
  .meta({ title: 'Result of a run' });

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<DeepReadonly<z.output<typeof messageSchema>>, Omit<Message, 'kind'>>;
true satisfies Same<DeepReadonly<z.output<typeof statusSchema>>, RunStatus>;
true satisfies Same<DeepReadonly<z.output<typeof resultSchema>>, RunResult>;
