import { z } from 'zod';
import { parseDuration } from '../text/time.ts';

/** What several sections of `sluice.yaml` are made of. */

/**
 * All problems are said at once: a rule across keys is checked although another key has the wrong type, so it
 * may not trust the types of what it reads.
 */
export const alsoBesideOtherProblems = { when: ({ value }: { value: unknown }) => isMapping(value) };

export function isMapping<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const duration = (example: string) =>
  z
    .string()
    .refine((text) => parseDuration(text) !== undefined, {
      error: `not a duration: write it like ${example} (ms, s, m, h, d)`,
    })
    .transform((text) => parseDuration(text) ?? 0)
    .meta({ description: `a duration such as ${example}` });

export const percent = z
  .union([z.number(), z.string()], { error: 'not a percentage: write it like 5%' })
  .transform((value, context) => {
    const number = typeof value === 'number' ? value : Number(value.replace(/%$/, '').trim());
    if (Number.isFinite(number) && number >= 0 && number <= 100) return number / 100;
    context.addIssue({ code: 'custom', message: 'not a percentage from 0% to 100%: write it like 5%' });
    return z.NEVER;
  });

/** A reference to a secret: where it is, never what it is. */
export const secretRef = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, {
  error: 'a secret is referred to, never written down: env:NAME or file:PATH',
});

export const envMap = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'not a name of an environment variable' }),
  z.string(),
);

export const expand = (key: string) => (value: unknown) =>
  typeof value === 'string' ? { [key]: value } : value;

export const relativePath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split(/[\\/]/).includes('..'), {
    error: 'must be a path inside the repository: relative and without ..',
  });

/** A command of the user's. A bare string is its shell line. */
export const command = (timeout: string) =>
  z
    .preprocess(
      expand('run'),
      z.strictObject({
        run: z.string().trim().min(1, { error: 'the command is empty' }),
        timeout: duration('10m').prefault(timeout),
        /** Safe to run twice: a run whose outcome is unknown is simply run again. */
        idempotent: z.boolean().default(false),
        /** Further attempts after a failure. None unless asked for. */
        retries: z.int().min(0).max(10).default(0),
        /** Variables of the worker's own environment that the command may see, by name. */
        pass: z.array(z.string()).default([]),
        /** Further variables; a value may be a secret reference. */
        env: envMap.default({}),
        directory: relativePath.optional(),
      }),
    )
    .meta({ shorthand: 'string' });

export type CommandConfig = z.output<ReturnType<typeof command>>;

/** Of a product, or of one of several agents. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, { error: 'lower-case letters, digits and hyphens, starting with a letter' });
