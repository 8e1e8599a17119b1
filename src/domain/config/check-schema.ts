import { z } from 'zod';
import { duration, envMap, expand, relativePath } from './parts.ts';

const report = z
  .preprocess(
    (value) => (value === 'tap' || value === 'plain' ? { format: value } : value),
    z.strictObject({ format: z.enum(['junit', 'tap', 'plain']), files: relativePath.optional() }),
  )
  .meta({ shorthand: 'string' });

/** A check of the product: a command, and the report that says what failed. A bare string is its shell line. */
export const check = z
  .preprocess(
    expand('run'),
    z.strictObject({
      run: z.string().trim().min(1, { error: 'the command is empty' }),
      report: report.prefault({ format: 'plain' }),
      timeout: duration('10m').prefault('15m'),
      retries: z.int().min(0).max(10).default(0),
      pass: z.array(z.string()).default([]),
      env: envMap.default({}),
      directory: relativePath.optional(),
    }),
  )
  .meta({ shorthand: 'string' });

/** The section `checks`. Smoke tests ask a deployed version, and are those of its environment. */
export const checksSchema = z
  .strictObject({
    unit: check.optional(),
    integration: check.optional(),
    e2e: check.optional(),
    criticalPaths: check.optional(),
    performance: check.optional(),
    security: check.optional(),
    docs: check.optional(),
  })
  // Runs that wait, and steps, know it by the name that it had up to 0.3.
  .transform(({ criticalPaths, ...checks }) => ({
    ...checks,
    ...(criticalPaths ? { smoke: criticalPaths } : {}),
  }));

export const checkNames = ['unit', 'integration', 'e2e', 'smoke', 'performance', 'security', 'docs'] as const;

export type CheckConfig = z.output<typeof check>;
export type CheckName = (typeof checkNames)[number];
