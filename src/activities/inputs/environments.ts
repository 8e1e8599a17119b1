import { z } from 'zod';
import { suites } from '../../domain/blue-green/plan.ts';
import { checkNames } from '../../domain/config/check-schema.ts';
import {
  commit,
  deployed,
  digest,
  line,
  name,
  ref,
  runId,
  stepRef,
  target,
  text,
  workflowId,
} from './parts.ts';

const vote = z.strictObject({
  by: line(200),
  choice: line(200),
  at: z.number(),
  comment: text(20_000).exactOptional(),
  digest: line(200).exactOptional(),
  proof: z.record(z.string().max(200), z.string().max(5_000)).exactOptional(),
});

const approval = z.strictObject({
  gate: name,
  digest,
  subject: z.strictObject({
    commit,
    artifacts: z.array(line(2_000)).max(10_000),
    migrations: z.array(line(2_000)).max(100_000),
    configurationDigest: digest,
    dropped: z.array(commit).max(100).exactOptional(),
  }),
  votes: z.array(vote).max(1_000),
  branch: ref,
  startedBy: line(200),
});

const deployment = { target, approval: approval.exactOptional() };
const turn = { product: name, environment: name, runId };

const point = z.strictObject({
  at: z.number(),
  canary: z.number().nullable(),
  baseline: z.number().nullable(),
});
const tally = z.strictObject({
  bad: z.int().min(0),
  errorsInARow: z.int().min(0),
  blindInARow: z.int().min(0),
  seen: z.int().min(0),
  last: text(20_000),
});
const rolloutState = z.strictObject({
  step: z.int().min(0).max(1_000),
  watched: z.number().min(0),
  requests: z.number().min(0),
  unhealthyInARow: z.int().min(0),
  lastHealthy: z.boolean(),
  tallies: z.record(name, tally),
  confirmed: z.boolean(),
  promotedFully: z.boolean(),
  paused: z.boolean(),
  breached: z.boolean(),
});

const issueKinds = [
  'health-failed',
  'deploy-failed',
  'migration-failed',
  'smoke-failed',
  'error-rate',
  'latency',
  'alert',
  'agent-finding',
  'reported',
] as const;

/** What changes environments, and what looks at them. */
export const environmentInputs = {
  acquireEnvironment: z.tuple([
    z.strictObject({ ...turn, emergency: z.boolean(), yields: z.boolean().exactOptional() }),
  ]),
  releaseEnvironment: z.tuple([z.strictObject(turn)]),
  isRunning: z.tuple([workflowId, runId]),
  deploy: z.tuple([stepRef, z.strictObject({ ...deployment, green: z.boolean().exactOptional() })]),
  shift: z.tuple([stepRef, z.strictObject({ ...deployment, weight: z.number().min(0).max(100) })]),
  activate: z.tuple([stepRef, z.strictObject(deployment)]),
  rollBack: z.tuple([stepRef, z.strictObject({ target, to: deployed })]),
  retire: z.tuple([stepRef, z.strictObject({ target })]),
  verifyHealth: z.tuple([stepRef, z.strictObject({ target, at: z.enum(['candidate', 'public']) })]),
  database: z.tuple([
    stepRef,
    z.enum(['backup', 'verifyBackup', 'restore', 'migrate', 'undo']),
    z.strictObject({ target, backup: line(200).min(1) }),
  ]),
  runCheck: z.tuple([
    stepRef,
    z.strictObject({ suite: z.enum([...checkNames, 'environment-smoke']), target }),
  ]),
  checkGreen: z.tuple([stepRef, z.strictObject({ suite: z.enum(suites), target })]),
  monitor: z.tuple([
    stepRef,
    z.strictObject({
      target,
      known: z.array(z.enum(issueKinds)).max(issueKinds.length).exactOptional(),
      shortly: z.boolean().exactOptional(),
    }),
  ]),
  watchRollout: z.tuple([
    stepRef,
    z.strictObject({
      target,
      baseline: deployed,
      state: rolloutState,
      series: z.record(name, z.array(point).max(1_000)).exactOptional(),
      asking: z.boolean(),
      lastKnown: z.record(name, z.array(z.number()).max(1_000)),
    }),
  ]),
  whatRuns: z.tuple([stepRef, z.strictObject({ environment: name })]),
  findWayBack: z.tuple([stepRef, z.strictObject({ environment: name, version: line(200).min(1) })]),
};
