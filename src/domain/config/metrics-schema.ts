import { z } from 'zod';
import { parseDuration } from '../text/time.ts';
import { duration, secretRef } from './parts.ts';

const sizes = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** A number, `5%` (0.05), a duration (milliseconds) or a size (bytes). */
const threshold = z
  .union([z.number(), z.string()], { error: 'not a number: write it like 0.05, 5%, 500ms or 512MB' })
  .transform((value, context) => {
    const number = typeof value === 'number' ? value : parseThreshold(value.trim());
    if (number !== undefined && Number.isFinite(number)) return number;
    context.addIssue({ code: 'custom', message: 'not a number: write it like 0.05, 5%, 500ms or 512MB' });
    return z.NEVER;
  });

function parseThreshold(text: string): number | undefined {
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)\s*(%|[KMG]?i?B)?$/.exec(text) ?? [];
  if (amount === undefined) return parseDuration(text);
  if (unit === undefined) return Number(amount);
  if (unit === '%') return Number(amount) / 100;
  return unit in sizes ? Number(amount) * sizes[unit as keyof typeof sizes] : undefined;
}

/** What Sluice can measure itself: of the driver's router, and of the version's own processes. */
export const builtInMeasures = ['error-rate', 'p50', 'p95', 'p99', 'request-rate', 'memory', 'cpu'] as const;

const judged = ['max', 'min', 'maxIncrease', 'maxRatio', 'compare'] as const;
const sources = ['query', 'measure', 'series'] as const;

const rule = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/, {
      error: 'lower-case letters, digits and hyphens, starting with a letter',
    }),
    /** PromQL, with {{version}}, {{commit}}, {{slot}}, {{product}} and {{environment}} filled in. */
    query: z.string().trim().min(1).max(10_000).optional(),
    measure: z.enum(builtInMeasures).optional(),
    /** A series of the version's own metrics page. */
    series: z
      .strictObject({
        name: z.string().min(1),
        labels: z.record(z.string(), z.string()).default({}),
        /** `value`: as it is, summed up; `rate`: how fast it grows, per second. */
        as: z.enum(['value', 'rate']).default('value'),
      })
      .optional(),
    max: threshold.optional(),
    min: threshold.optional(),
    /** More than this over the baseline is a breach, in the measure's own unit. */
    maxIncrease: threshold.optional(),
    /** More than this many times the baseline is a breach. */
    maxRatio: z.number().positive().optional(),
    /** Mann-Whitney: are the new version's values worse than those of the version before, taken at the same times? */
    compare: z
      .strictObject({
        worse: z.enum(['higher', 'lower']).default('higher'),
        /** The chance of a false alarm that is accepted. */
        significance: z.number().positive().max(0.5).default(0.01),
      })
      .optional(),
    /** Rates and percentiles are taken over this time. */
    over: duration('1m').prefault('1m'),
    /** Values that it takes to judge by. */
    minSamples: z.int().min(1).max(1_000).optional(),
    /** For the measures of the router: fewer requests in the window say nothing. */
    minRequests: z.int().min(0).default(5),
    onNoData: z.enum(['hold', 'ask']).default('hold'),
    onError: z.enum(['hold', 'ask']).default('hold'),
    /** Bad looks at one step that are tolerated. */
    failureLimit: z.int().min(0).default(0),
    /** Failed looks in a row after which people are told. */
    consecutiveErrorLimit: z.int().min(0).default(4),
    /** Looked at and shown; nothing follows from it. */
    dryRun: z.boolean().default(false),
  })
  .superRefine((value, context) => {
    if (sources.filter((key) => value[key] !== undefined).length !== 1)
      context.addIssue({
        code: 'custom',
        message: 'say what is measured: exactly one of query, measure or series',
      });
    if (judged.every((key) => value[key] === undefined))
      context.addIssue({
        code: 'custom',
        message: 'say what is judged: at least one of max, min, maxIncrease, maxRatio or compare',
      });
  })
  .transform(({ minSamples, ...rest }) => ({ ...rest, minSamples: minSamples ?? (rest.compare ? 10 : 1) }));

/** SI-10 and DW-8: over 5 %, up by more than 5 points, or more than twice as slow as the version before. */
const defaultRules = [
  { name: 'error-rate', measure: 'error-rate', max: '5%', maxIncrease: '5%', failureLimit: 1 },
  { name: 'latency', measure: 'p95', maxRatio: 2, failureLimit: 1 },
];

/** What is filled into a query. */
const places = ['version', 'commit', 'slot', 'product', 'environment'] as const;

function unknownPlaces(text: string, known: readonly string[]): string[] {
  return [...text.matchAll(/\{\{([^{}]*)\}\}/g)].flatMap(([written, inner = '']) =>
    known.includes(inner.trim())
      ? []
      : [`${written} is not known: write one of ${known.map((name) => `{{${name}}}`).join(', ')}`],
  );
}

const provider = { token: secretRef.optional(), timeout: duration('10s').prefault('10s') };

export const metricsSchema = z
  .strictObject({
    prometheus: z.strictObject({ url: z.url({ error: 'not a URL' }), ...provider }).optional(),
    /** The version's own metrics page: a path such as /metrics, at the address of each slot. */
    page: z.string().startsWith('/').optional(),
    rules: z.array(rule).max(50).optional(),
    alertmanager: z
      .strictObject({
        url: z.url({ error: 'not a URL' }),
        ...provider,
        /** Only alerts with all of these labels count; {{product}} and {{environment}} are filled in. */
        labels: z.record(z.string(), z.string()).default({ severity: 'critical' }),
      })
      .optional(),
  })
  .superRefine((value, context) => {
    const rules = value.rules ?? [];
    for (const label of Object.keys(value.alertmanager?.labels ?? {}))
      for (const place of unknownPlaces(value.alertmanager?.labels[label] ?? '', ['product', 'environment']))
        context.addIssue({ code: 'custom', path: ['alertmanager', 'labels', label], message: place });
    for (const [index, { query, series, name }] of rules.entries()) {
      for (const place of unknownPlaces(query ?? '', places))
        context.addIssue({ code: 'custom', path: ['rules', index, 'query'], message: place });
      if (query !== undefined && value.prometheus === undefined)
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'query'],
          message: 'a query needs a Prometheus: say metrics.prometheus.url',
        });
      if (series !== undefined && value.page === undefined)
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'series'],
          message: "a series needs the version's metrics page: say metrics.page, such as /metrics",
        });
      if (rules.findIndex((other) => other.name === name) !== index)
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'name'],
          message: `two rules are called ${name}: their names tell them apart`,
        });
    }
  })
  .transform(({ rules, ...rest }) => ({ ...rest, rules: rules ?? z.array(rule).parse(defaultRules) }));

export type MetricsConfig = z.output<typeof metricsSchema>;
export type MetricRule = MetricsConfig['rules'][number];
export type BuiltInMeasure = (typeof builtInMeasures)[number];
