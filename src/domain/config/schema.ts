import { z } from 'zod';
import { agentsSchema } from './agents-schema.ts';
import { blueGreenSchema } from './blue-green-schema.ts';
import { checksSchema } from './check-schema.ts';
import { environmentSchema } from './environment-schema.ts';
import { metricsSchema } from './metrics-schema.ts';
import { notificationSchema } from './notification-schema.ts';
import { alsoBesideOtherProblems, name } from './parts.ts';
import { productProblems } from './product-rules.ts';
import { releaseSchema } from './release-schema.ts';
import { repositorySchema } from './repository-schema.ts';
import { rolloutSchema } from './rollout-schema.ts';

export type { AgentConfig } from './agents-schema.ts';
export type { CheckConfig, CheckName } from './check-schema.ts';
export type { DatabaseConfig } from './database-schema.ts';
export type { EnvironmentConfig } from './environment-schema.ts';
export type { HealthConfig, MonitorConfig } from './health-schema.ts';
export type { NotificationConfig, NotificationEvent } from './notification-schema.ts';
export type { CommandConfig } from './parts.ts';

/**
 * The shape of `sluice.yaml` (for people: docs/configuration.md), a file for each section.
 * What comes out is normalised: durations in milliseconds, rates as fractions, shorthands expanded.
 */
export const productSchema = z
  .strictObject({
    product: name,
    title: z.string().optional(),
    repository: repositorySchema,
    release: releaseSchema.optional(),
    checks: checksSchema.prefault({}),
    agents: agentsSchema.prefault({}),
    environments: z.record(name, environmentSchema),
    /** Production takes the new version on step by step, judged by evidence. */
    rollout: rolloutSchema.optional(),
    metrics: metricsSchema.optional(),
    blueGreen: blueGreenSchema.optional(),
    policies: z
      .strictObject({
        /** The way back is tried on staging before production is asked for (BY-3). */
        rehearseRollback: z.boolean().default(true),
      })
      .optional(),
    people: z
      .strictObject({ groups: z.record(z.string(), z.array(z.string().min(1)).min(1)).default({}) })
      .prefault({}),
    notifications: z.array(notificationSchema).default([]),
  })
  .superRefine((value, context) => {
    for (const { path, message } of productProblems(value))
      context.addIssue({ code: 'custom', path: [...path], message });
  }, alsoBesideOtherProblems);

/** A product's configuration, normalised and frozen into a run. */
export type ProductConfig = z.output<typeof productSchema>;
