import { z } from 'zod';
import { severities } from '../../domain/run/messages.ts';

/** What requests to activities are made of. Lengths are bounds of what is sane, not of what is usual. */

/** Of a product, an environment, a rule: as configurations name them. */
export const name = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9-]*$/);

/** Text for people. */
export const text = (longest: number) => z.string().max(longest);

/** One line, without characters that control terminals or end strings. */
export const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u);

/** A full hash, or as much of one as names a commit; empty where a version is all that is known. */
export const commit = z.string().regex(/^(?:[0-9a-f]{4,64})?$/);

/** Of a version as drivers report it: no path leads through it. */
export const version = z.string().regex(/^(?!\.)[^\p{Cc}/\\]{0,200}$/u);

/** A version that Sluice itself made or was asked for. */
export const semver = z
  .string()
  .max(200)
  .regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/);

/** A branch, a tag or a hash: nothing that git would take for an option or a range. */
export const ref = z
  .string()
  .min(1)
  .max(300)
  .regex(/^(?![-./])(?!.*(?:\.\.|@\{|\/\/))[^\p{Cc}\s~^:?*[\\]+$/u);

export const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Of an execution, as Temporal gives it. */
export const runId = z
  .string()
  .max(200)
  .regex(/^[\w-]+$/);

export const workflowId = line(1_000).min(1);

/** ISO 8601. */
export const time = z.iso.datetime({ offset: true });

export const stepId = z
  .string()
  .max(300)
  .regex(/^[a-z][\w.+-]*$/);

export const stepRef = z.strictObject({
  step: stepId,
  try: z.int().min(1).max(1_000_000),
  run: runId.exactOptional(),
  product: name,
  configuration: digest,
});

/** What runs, or ran before; null where nothing did. */
export const deployed = z.strictObject({ version, commit }).nullable();

export const target = z.strictObject({
  product: name,
  environment: name,
  version,
  commit,
  previousVersion: version.optional(),
  slot: name.exactOptional(),
  weight: z.number().min(0).max(100).exactOptional(),
});

export const severity = z.enum(severities);

/** JSON of any form that is looked at by nobody but people and agents. */
export const evidence = z.record(z.string().max(200), z.unknown());
