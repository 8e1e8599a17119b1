import { z } from 'zod';
import {
  alsoBesideOtherProblems,
  command,
  duration,
  envMap,
  expand,
  isMapping,
  percent,
  relativePath,
  secretRef,
} from './parts.ts';
import { blueGreenSchema } from './blue-green-schema.ts';
import { metricsSchema } from './metrics-schema.ts';
import { rolloutSchema } from './rollout-schema.ts';
import { routerProblems, routerSchema, slotsSchema } from './router-schema.ts';

/**
 * The shape of `sluice.yaml` (design §3; for people: docs/configuration.md).
 * What comes out is normalised: durations in milliseconds, rates as fractions, shorthands expanded.
 */

const report = z
  .preprocess(
    (value) => (value === 'tap' || value === 'plain' ? { format: value } : value),
    z.strictObject({ format: z.enum(['junit', 'tap', 'plain']), files: relativePath.optional() }),
  )
  .meta({ shorthand: 'string' });

const check = z
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

const health = z
  .preprocess(
    expand('path'),
    z.strictObject({
      path: z.string().startsWith('/').default('/health'),
      timeout: duration('5s').prefault('5s'),
      interval: duration('1s').prefault('1s'),
      /** Consecutive good answers that count as healthy. */
      healthyAfter: z.int().min(1).max(100).default(2),
      /** Consecutive bad answers that count as unhealthy. */
      unhealthyAfter: z.int().min(1).max(100).default(3),
      /** How long a version may take to become healthy. */
      within: duration('60s').prefault('60s'),
    }),
  )
  .meta({ shorthand: 'string' });

const processDriver = z.strictObject({
  /** Run once in the exported version before its first start. */
  install: command('10m').optional(),
  /** The shell line that starts the service; it must listen on `$PORT`. */
  start: z.string().trim().min(1),
  /** The port that users reach: the router listens here. */
  port: z.int().min(1).max(65_535),
  env: envMap.default({}),
  pass: z.array(z.string()).default([]),
  /** How long a version may take until it answers at all. */
  startWithin: duration('60s').prefault('60s'),
  /** How long open requests may go on in a version that was switched away from. */
  drain: duration('10s').prefault('10s'),
});

const scriptDriver = z.strictObject({
  deploy: command('30m'),
  rollback: command('30m'),
  /** Moves traffic to what `deploy` put in place, where that is a command of its own. */
  activate: command('10m').optional(),
  /** Prints the version that runs as its last line of output. */
  current: command('1m').optional(),
});

const database = z.strictObject({
  /** A PostgreSQL URL: fills in backup, proof and restore with pg_dump and pg_restore. */
  postgres: secretRef.optional(),
  /** Writes the backup to `$SLUICE_BACKUP`. */
  backup: command('30m').optional(),
  /** Proves that `$SLUICE_BACKUP` can be restored, in a scratch place. */
  verifyBackup: command('30m').optional(),
  restore: command('30m').optional(),
  migrate: command('30m').optional(),
  /** Undoes the migrations that `$SLUICE_PREVIOUS_VERSION` does not have; run in the tree of the newer version. */
  undo: command('30m').optional(),
  /** Globs of migrations that are declared safe to undo. Without a match a migration stays. */
  undoSafe: z.array(relativePath).optional(),
  /** Where the migrations are, for the bundle: a glob inside the repository. */
  migrations: relativePath.optional(),
  /** Document order is deploy, then migrate. */
  migrateWhen: z.enum(['after-deploy', 'before-deploy']).default('after-deploy'),
  restoreOnRollback: z.enum(['ask', 'if-migrated', 'never']).default('ask'),
});

const approval = z.strictObject({
  /** Groups or people who may decide. */
  from: z.array(z.string().min(1)).min(1, { error: 'name at least one group or person who may approve' }),
  quorum: z.int().min(1).max(20).default(1),
  /** Whether the one who started the run may approve it. */
  allowStarter: z.boolean().default(false),
  expires: duration('3d').prefault('3d'),
  remindAfter: duration('1d').prefault('1d'),
  escalateAfter: duration('2d').prefault('2d'),
  /** Told when nobody has decided by `escalateAfter`. */
  escalateTo: z.array(z.string()).default([]),
  /** What a decision must bring as `proof`. */
  proof: z.enum(['none']).default('none'),
});

const monitor = z.strictObject({
  for: duration('30m').prefault('30m'),
  every: duration('10s').prefault('10s'),
  maxErrorRate: percent.prefault('5%'),
  /** Latency (95th percentile) over this many times the baseline is a breach. */
  maxLatencyRatio: z.number().min(1).default(2),
  maxLatency: duration('2s').optional(),
  /** Fewer requests in a sample than this say nothing. */
  minRequests: z.int().min(0).default(5),
  /** Breaching samples in a row that count as evidence. */
  breachesInARow: z.int().min(1).default(2),
  /** A Prometheus text page; the process driver's router is the default. */
  scrape: z.url().optional(),
});

/** What an issue in production leads to (RW-14). */
const issues = z.strictObject({
  high: z.enum(['rollback', 'ask']).default('rollback'),
  highWithin: duration('15m').prefault('15m'),
  mediumWithin: duration('1h').prefault('1h'),
});

const environment = z
  .strictObject({
    process: processDriver.optional(),
    script: scriptDriver.optional(),
    /** Where the script driver puts versions side by side; needs a router. */
    slots: slotsSchema.optional(),
    router: routerSchema.optional(),
    url: z.url({ error: 'not a URL' }).optional(),
    health: health.prefault({}),
    smoke: z
      .preprocess(
        (value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]),
        z.array(check).optional(),
      )
      .meta({ shorthand: 'string-or-array' }),
    database: database.optional(),
    approval: approval.optional(),
    monitor: monitor.prefault({}),
    issues: issues.prefault({}),
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

const agent = z
  .strictObject({
    /** A program: the task as JSON on stdin, the result as JSON on stdout (design §6). */
    command: command('30m').optional(),
    /** People who do it by hand: the task waits for `answer`. */
    person: z.array(z.string()).min(1).optional(),
  })
  .refine((value) => (value.command === undefined) !== (value.person === undefined), {
    error: 'say how the agent is called: exactly one of command or person',
  });

const event = z.enum([
  'approval-needed',
  'reminder',
  'escalation',
  'question',
  'released',
  'rolled-back',
  'rollback-failed',
  'failed',
  'stopped',
  'blocked',
  'issue',
]);

/** What a channel that wakes people is for where it doesn't say: what can't wait until somebody looks. */
const onCallEvents: readonly z.output<typeof event>[] = ['rollback-failed', 'rolled-back', 'failed', 'issue'];

const notification = z
  .strictObject({
    on: z.array(event).optional(),
    slack: secretRef.optional(),
    webhook: z
      .preprocess(expand('url'), z.strictObject({ url: z.string().min(1), secret: secretRef.optional() }))
      .optional(),
    email: z.strictObject({ smtp: secretRef, from: z.string(), to: z.array(z.string()).min(1) }).optional(),
    /** Whoever is on call: PagerDuty, or what takes its Events API v2. */
    pagerduty: z
      .strictObject({
        /** The integration key. */
        routingKey: secretRef,
        url: z.url({ error: 'not a URL' }).default('https://events.pagerduty.com/v2/enqueue'),
      })
      .optional(),
  })
  .refine(
    ({ slack, webhook, email, pagerduty }) => [slack, webhook, email, pagerduty].filter(Boolean).length === 1,
    { error: 'say where it goes: exactly one of slack, webhook, email or pagerduty' },
  )
  .transform((value): typeof value =>
    value.pagerduty && !value.on ? { ...value, on: [...onCallEvents] } : value,
  );

const codeHost = z.union(
  [
    z.literal('local'),
    z.strictObject({
      github: z.strictObject({
        repository: z.string().regex(/^[^/\s]+\/[^/\s]+$/, { error: 'write it as owner/name' }),
        token: secretRef,
        apiUrl: z.url().default('https://api.github.com'),
        /** Only open pull requests with this label belong to the release. */
        releaseLabel: z.string().optional(),
        severityLabels: z
          .strictObject({
            critical: z.string().default('severity: critical'),
            high: z.string().default('severity: high'),
          })
          .prefault({}),
      }),
    }),
  ],
  { error: 'either local, or github with repository and token' },
);

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, { error: 'lower-case letters, digits and hyphens, starting with a letter' });

export const productSchema = z
  .strictObject({
    product: name,
    title: z.string().optional(),
    repository: z
      .strictObject({
        /** The checkout or bare repository on this machine, relative to `sluice.yaml`. */
        path: z.string().min(1).optional(),
        /** A URL, or the name of a remote of `path`. */
        remote: z.string().min(1).optional(),
        main: z.string().min(1).default('main'),
        codeHost: codeHost.default('local'),
      })
      .refine((value) => value.path !== undefined || value.remote !== undefined, {
        error: 'needs a path or a remote',
      }),
    checks: z
      .strictObject({
        unit: check.optional(),
        integration: check.optional(),
        e2e: check.optional(),
        smoke: check.optional(),
        performance: check.optional(),
        security: check.optional(),
        docs: check.optional(),
      })
      .prefault({}),
    agents: z
      .strictObject({
        'qa-engineer': agent.optional(),
        'technical-writer': agent.optional(),
        'devops-engineer': agent.optional(),
        'support-engineer': agent.optional(),
        /** Of blue/green: mends what keeps green from running. */
        driver: agent.optional(),
        /** Advises the driver, and makes one review of many. */
        senior: agent.optional(),
        /** They review at the same time, and advise when the senior could not. */
        trio: z.record(name, agent).optional(),
        /** They review after the senior. */
        juniors: z.record(name, agent).optional(),
      })
      .prefault({}),
    environments: z.record(name, environment),
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
    notifications: z.array(notification).default([]),
  })
  .superRefine((value, context) => {
    if (!isMapping(value.environments)) return;
    for (const needed of ['staging', 'production']) {
      if (value.environments[needed] === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['environments'],
          message: `${needed} is missing: a release goes through staging to production`,
        });
      }
    }
    if (
      isMapping(value.environments['production']) &&
      value.environments['production'].approval === undefined
    ) {
      context.addIssue({
        code: 'custom',
        path: ['environments', 'production', 'approval'],
        message: 'production needs approval.from: only people authorise production',
      });
    }
    for (const [environmentName, environment] of Object.entries(value.environments)) {
      if (environmentName === 'production' || !isMapping(environment) || environment.approval === undefined)
        continue;
      context.addIssue({
        code: 'custom',
        path: ['environments', environmentName, 'approval'],
        message: 'only production has an approval: no other environment asks for one',
      });
    }
    const production = value.environments['production'];
    if (
      value.rollout !== undefined &&
      isMapping(production) &&
      production.script !== undefined &&
      production.slots === undefined
    )
      context.addIssue({
        code: 'custom',
        path: ['rollout'],
        message:
          'the script of production moves all traffic at once: a rollout by steps needs slots and a router beside it, or process',
      });
    const ports = new Map<number, string>();
    for (const [environmentName, environment] of Object.entries(value.environments)) {
      const process = isMapping(environment) ? environment.process : undefined;
      if (!isMapping(process) || typeof process.port !== 'number') continue;
      const other = ports.get(process.port);
      if (other)
        context.addIssue({
          code: 'custom',
          path: ['environments', environmentName, 'process', 'port'],
          message: `port ${process.port} is already taken by ${other}`,
        });
      ports.set(process.port, environmentName);
    }
  }, alsoBesideOtherProblems);

/** A product's configuration, normalised and frozen into a run. */
export type ProductConfig = z.output<typeof productSchema>;
export type EnvironmentConfig = ProductConfig['environments'][string];
export type CommandConfig = NonNullable<NonNullable<EnvironmentConfig['database']>['migrate']>;
export type CheckConfig = NonNullable<ProductConfig['checks']['unit']>;
export type CheckName = keyof ProductConfig['checks'];
export type HealthConfig = EnvironmentConfig['health'];
export type MonitorConfig = EnvironmentConfig['monitor'];
export type DatabaseConfig = NonNullable<EnvironmentConfig['database']>;
export type AgentConfig = NonNullable<ProductConfig['agents']['qa-engineer']>;
/** Of one agent each. */
export type AgentRole = Exclude<keyof ProductConfig['agents'], 'trio' | 'juniors'>;
export type NotificationConfig = ProductConfig['notifications'][number];
export type NotificationEvent = z.output<typeof event>;
