import { z } from 'zod';
import { approvalSchema, issuesSchema } from './approval-schema.ts';
import { check } from './check-schema.ts';
import { databaseSchema } from './database-schema.ts';
import { processDriver, scriptDriver } from './driver-schema.ts';
import { healthSchema, monitorSchema } from './health-schema.ts';
import { alsoBesideOtherProblems } from './parts.ts';
import { routerProblems, routerSchema, slotsSchema } from './router-schema.ts';

/** One of `environments`: where the product runs, and how it gets there. */
export const environmentSchema = z
  .strictObject({
    process: processDriver.optional(),
    script: scriptDriver.optional(),
    /** Where the script driver puts versions side by side; needs a router. */
    slots: slotsSchema.optional(),
    router: routerSchema.optional(),
    url: z.url({ error: 'not a URL' }).optional(),
    health: healthSchema.prefault({}),
    smoke: z
      .preprocess(
        (value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]),
        z.array(check).optional(),
      )
      .meta({ shorthand: 'string-or-array' }),
    database: databaseSchema.optional(),
    approval: approvalSchema.optional(),
    monitor: monitorSchema.prefault({}),
    issues: issuesSchema.prefault({}),
  })
  .superRefine((value, context) => {
    if ((value.process === undefined) === (value.script === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'say how it is deployed: exactly one of process or script',
      });
    }
    if (value.script && !value.url) {
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: 'the script driver needs the url to check health at',
      });
    }
    for (const { path, message } of routerProblems(value))
      context.addIssue({ code: 'custom', path: [...path], message });
  }, alsoBesideOtherProblems)
  .transform((value) => ({ ...value, url: value.url ?? `http://127.0.0.1:${value.process?.port ?? 0}` }));

export type EnvironmentConfig = z.output<typeof environmentSchema>;
