import { CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { Activities } from '../../../src/activities/index.ts';
import type { Readiness } from '../../../src/activities/release/readiness.ts';
import { rolloutActivities } from '../../../src/activities/rollout/watch-rollout.ts';
import { historyLine } from '../../../src/domain/run/history-line.ts';
import type { WayBack } from '../../../src/domain/rollback/way-back.ts';
import type { Reading } from '../../../src/domain/metrics/reading.ts';
import { lockActivities } from '../../../src/activities/environments/locks.ts';
import type { Deps } from '../../../src/activities/deps.ts';
import type { Driver, EnvironmentLocks, ProductState } from '../../../src/activities/ports/index.ts';
import type { BundleSubject } from '../../../src/domain/gates/bundle.ts';
import { assessRisk, bundleDigest, changedSince } from '../../../src/domain/gates/bundle.ts';
import type { EffectOutcome, StepRef } from '../../../src/domain/run/effect-outcome.ts';
import type {
  DeploymentHistoryRow,
  LedgerLine,
  NotificationMessage,
} from '../../../src/domain/records/records.ts';
import { simulatedBlueGreen } from './simulated-blue-green.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { EnvironmentConfig, ProductConfig } from '../../../src/domain/config/schema.ts';

/** What an effect does at one of its tries, instead of succeeding: an outcome, or something that takes its time. */
export type Behaviour = EffectOutcome<unknown> | (() => Promise<EffectOutcome<unknown> | undefined>);

/** One effect that was asked for. */
export interface Call {
  readonly effect: string;
  readonly step: string;
  readonly try: number;
  readonly request: unknown;
}

/** How the world lets time pass; the time-skipping server's clock leaps. */
export interface Clock {
  sleep(ms: number): Promise<void>;
  readonly locks: EnvironmentLocks;
}

export const fails = (summary: string): EffectOutcome => ({ ok: false, summary });
export const unknown = (summary = 'the host is gone'): EffectOutcome => ({
  ok: false,
  unknown: true,
  summary,
});

/**
 * The outside world of one product's flow: it remembers what was done to it, in order, and fails where a test says so.
 * What decides is the real thing; only the effects are pretended.
 */
export class SimulatedWorld {
  readonly product: string;
  readonly calls: Call[] = [];
  /** The workflow code that may go on with its runs; undefined: a run of before 0.3. */
  line: string | undefined = historyLine;
  /** What really happened, in order: `deploy production v1.1.0`, `tag v1.1.0`. */
  readonly log: string[] = [];
  main = { commit: 'a'.repeat(40), subject: 'feat: a start' };
  readonly branches = new Map<string, string>();
  /** The commits of branches that runs made, also of those that are gone. */
  readonly made = new Map<string, string>();
  /** What the router says of the new version while it is watched; undefined: nobody can ask it. */
  weight: () => Promise<number | undefined> = () => Promise.resolve(undefined);
  setAgain: () => Promise<{ ok: boolean; summary: string }> = () =>
    Promise.resolve({ ok: true, summary: 'set' });
  readonly running: Record<string, { version: string; commit: string } | undefined> = {
    production: { version: '1.0.0', commit: '0'.repeat(40) },
    staging: { version: '1.0.0', commit: '0'.repeat(40) },
  };
  /** What a rollout's rules measure of a version; without it nothing is wrong with any. */
  measure: (rule: string, version: string) => Reading = () => ({ kind: 'value', value: 0 });
  /** Whether a new version answers as healthy. */
  healthy = true;
  alerts: string[] = [];
  /** Whether monitoring takes its time; else it is over at once. */
  timePasses = false;
  readiness: Partial<Readiness> = {};
  readonly ledger: LedgerLine[] = [];
  readonly deployments: DeploymentHistoryRow[] = [];
  readonly notifications: NotificationMessage[] = [];
  readonly states: ProductState[] = [];
  readonly issues: string[] = [];
  /** Markdown, by name. */
  readonly documents = new Map<string, string>();
  config: ProductConfig;
  configDigest: string;
  requests = 0;
  /** Migrations between what runs and what a rollback goes back to. */
  between: Pick<WayBack, 'migrations' | 'unsafe'> = { migrations: [], unsafe: [] };
  private readonly script = new Map<string, Behaviour[]>();
  private commits = 0;

  constructor(product: string, yaml: string) {
    this.product = product;
    const parsed = parseProductConfig(yaml, 'sluice.yaml');
    if (!parsed.ok)
      throw new Error(parsed.problems.map((problem) => `${problem.line}: ${problem.message}`).join('\n'));
    this.config = parsed.config;
    this.configDigest = parsed.digest;
  }

  environment(name: string): EnvironmentConfig {
    const environment = this.config.environments[name];
    if (!environment) throw new Error(`there is no environment ${name}`);
    return environment;
  }

  /** From now on the product is configured so. */
  configure(yaml: string): void {
    const other = new SimulatedWorld(this.product, yaml);
    this.config = other.config;
    this.configDigest = other.configDigest;
  }

  /** What a step's next tries do; then it succeeds again. */
  at(step: string, ...behaviours: Behaviour[]): void {
    this.script.set(step, [...(this.script.get(step) ?? []), ...behaviours]);
  }

  /** Holds a step's next try until it is released or cancelled; then it succeeds, or stops in good order. */
  hold(step: string): {
    readonly reached: Promise<void>;
    readonly release: (outcome?: EffectOutcome) => void;
  } {
    let reach!: () => void;
    let free!: (outcome?: EffectOutcome) => void;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const freed = new Promise<EffectOutcome | undefined>((resolve) => (free = resolve));
    this.at(step, async () => {
      reach();
      const { cancelled } = Context.current();
      const beat = setInterval(() => Context.current().heartbeat(), 20);
      try {
        return await Promise.race([freed, cancelled]);
      } catch (error) {
        // It takes a moment until everything has stopped.
        await new Promise((resolve) => setTimeout(resolve, 50));
        this.log.push(`stopped ${step}`);
        throw error instanceof CancelledFailure ? error : new CancelledFailure('stopped');
      } finally {
        clearInterval(beat);
      }
    });
    return { reached, release: free };
  }

  commit(subject: string): string {
    this.commits += 1;
    this.main = { commit: this.commits.toString(16).padStart(40, 'b'), subject };
    return this.main.commit;
  }

  async perform<T>(
    effect: string,
    ref: StepRef,
    request: unknown,
    natural: () => Promise<EffectOutcome<T>> | EffectOutcome<T>,
  ): Promise<EffectOutcome<T>> {
    this.calls.push({ effect, step: ref.step, try: ref.try, request });
    const next = this.script.get(ref.step)?.shift();
    const said = typeof next === 'function' ? await next() : next;
    return (said as EffectOutcome<T> | undefined) ?? natural();
  }

  tries(step: string): number[] {
    return this.calls.filter((call) => call.step === step).map((call) => call.try);
  }

  subject(branch: string, commit: string): BundleSubject {
    return {
      commit: this.branches.get(branch) ?? commit,
      artifacts: [],
      migrations: ['migrations/1.sql'],
      configurationDigest: this.configDigest,
    };
  }
}

const done = <T>(summary: string, value?: T): EffectOutcome<T> => ({
  ok: true,
  summary,
  ...(value === undefined ? {} : { value }),
});

/** Heartbeats count by the server's clock, which leaps: each has to arrive before the next leap. */
async function watchFor(ms: number, clock: Clock): Promise<void> {
  for (let left = ms; left > 0; left -= 4_000) {
    Context.current().heartbeat();
    await new Promise((resolve) => setTimeout(resolve, 15));
    await Promise.race([clock.sleep(Math.min(4_000, left)), Context.current().cancelled]);
  }
}

/** What the real watch looks at: everything that it decides is the real thing. */
function evidenceOf(world: SimulatedWorld): Deps {
  const looks: Pick<
    Deps,
    'catalog' | 'configurations' | 'clock' | 'driver' | 'health' | 'metricSource' | 'alerts' | 'metrics'
  > = {
    catalog: { load: () => Promise.resolve({}) } as unknown as Deps['catalog'],
    configurations: { keep: () => Promise.resolve(), find: () => Promise.resolve(world.config) },
    clock: { now: () => Date.now() + leapt(world), wait: (ms) => passes(world, ms) },
    driver: () =>
      ({
        addresses: () =>
          Promise.resolve({
            public: 'http://public',
            candidate: 'http://candidate',
            metrics: 'http://router',
          }),
        weight: () => world.weight(),
        shift: ({ weight }: { weight: number }) => {
          world.log.push(`weight set again: ${weight} %`);
          return world.setAgain();
        },
      }) as unknown as Driver,
    health: {
      probe: () =>
        Promise.resolve({
          ok: world.healthy,
          status: world.healthy ? 200 : 503,
          latency: 1,
          reason: world.healthy ? undefined : 'HTTP 503',
        }),
    },
    metricSource: {
      open: () => ({ read: (rule, { version }) => Promise.resolve(world.measure(rule.name, version)) }),
    },
    alerts: { firing: () => Promise.resolve({ kind: 'alerts', firing: world.alerts }) },
    metrics: {
      read: () =>
        Promise.resolve({
          kind: 'counters',
          counters: { at: 0, requests: (world.requests += 100), errors: 0, buckets: [] },
        }),
    },
  };
  return looks as Deps;
}

const leaps = new WeakMap<SimulatedWorld, number>();
const leapt = (world: SimulatedWorld): number => leaps.get(world) ?? 0;

/** The watch has a clock of its own, which leaps: the run does not look at the time while it waits for it. */
async function passes(world: SimulatedWorld, ms: number): Promise<void> {
  leaps.set(world, leapt(world) + ms);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, 3)), Context.current().cancelled]);
}

/** The activities of a simulated world. */
export function simulatedActivities(world: SimulatedWorld, clock: Clock): Activities {
  const locks = lockActivities({ locks: clock.locks } as Deps);
  const rollouts = rolloutActivities(evidenceOf(world));
  return {
    loadProduct: (product) =>
      Promise.resolve(
        product === world.product
          ? {
              ok: true,
              line: world.line as string,
              config: world.config,
              digest: world.configDigest,
              file: 'sluice.yaml',
            }
          : { ok: false, line: historyLine, problems: [`there is no product "${product}"`] },
      ),
    inquire: (question) =>
      question.kind === 'products'
        ? Promise.resolve({
            kind: 'products',
            products: [
              {
                product: world.product,
                title: world.product,
                environments: Object.keys(world.config.environments),
                source: 'sluice.yaml',
                problems: [],
              },
            ],
          })
        : Promise.reject(new Error(`a simulated world can't answer "${question.kind}"`)),
    checkReadiness: (ref, request) =>
      world.perform('checkReadiness', ref, request, () => {
        const readiness: Readiness = {
          commit: world.main.commit,
          version: request.version ?? '1.1.0',
          previousTag: 'v1.0.0',
          bump: 'minor',
          prerelease: false,
          reasons: ['a feature'],
          changes: ['feat: a basket', 'fix: a price'],
          blockers: [],
          concerns: [],
          ...world.readiness,
        };
        return { ok: readiness.blockers.length === 0, summary: 'looked at main', value: readiness };
      }),
    headOfMain: (product) => Promise.resolve({ ...world.main, product }),
    runCheck: (ref, request) =>
      world.perform('runCheck', ref, request, () => done('12 of 12 passed', { passed: 12, total: 12 })),
    prepareRelease: (ref, candidate) =>
      world.perform('prepareRelease', ref, candidate, () =>
        done('notes written', {
          notes: `# Shop v${candidate.version}\n\n## New Features\n\n- a basket`,
          changes: world.readiness.changes ?? ['feat: a basket', 'fix: a price'],
          concerns: [],
        }),
      ),
    createReleaseBranch: (ref, candidate) =>
      world.perform('createReleaseBranch', ref, candidate, () => {
        const branch = `release/${world.product}/v${candidate.version}`;
        const commit = `c${candidate.base.slice(1)}`;
        world.branches.set(branch, commit);
        world.made.set(branch, commit);
        world.log.push(`branch ${branch}`);
        return done(branch, { branch, commit });
      }),
    describeBundle: (ref, request) =>
      world.perform('describeBundle', ref, request, () => {
        const running = world.running['production'];
        const bundle = {
          product: world.product,
          environment: 'production',
          version: request.version,
          previousVersion: running?.version ?? null,
          scope: request.changes,
          successCriteria: ['healthy at /health'],
          risk: assessRisk({
            breaking: request.bump === 'major' ? 1 : 0,
            migrations: [],
            changes: request.changes.length,
            concerns: request.concerns,
            firstRelease: !running,
          }),
          rollbackPlan: ['traffic goes back'],
          ...world.subject(request.branch, world.made.get(request.branch) ?? ''),
        };
        return done('described', {
          bundle,
          digest: bundleDigest(bundle),
          previous: running ?? null,
          newMigrations: [],
          config: world.config,
        });
      }),
    acquireEnvironment: (request) => locks.acquireEnvironment(request),
    releaseEnvironment: (request) => locks.releaseEnvironment(request),
    isRunning: (run, runId) => locks.isRunning(run, runId),
    deploy: (ref, request) =>
      world.perform('deploy', ref, request, () => {
        const { approval, target } = request;
        // Green may be another commit than the approved one, where the run made it.
        const { commit = '' } = approval?.subject ?? {};
        const now = world.subject(request.green ? commit : (approval?.branch ?? ''), commit);
        const objections = approval ? changedSince(approval.subject, now) : [];
        if (objections.length > 0)
          return { ok: false, summary: 'not approved as it is now', value: { void: objections } };
        world.log.push(`deploy ${target.environment} v${target.version} ${target.commit.slice(-3)}`);
        return done('deployed', {});
      }),
    shift: (ref, request) =>
      world.perform('shift', ref, request, () => {
        world.log.push(`${request.target.environment} gives v${request.target.version} ${request.weight} %`);
        return done(`${request.weight} %`);
      }),
    watchRollout: (ref, request) =>
      world.perform('watchRollout', ref, request, () => rollouts.watchRollout(ref, request)),
    activate: (ref, request) =>
      world.perform('activate', ref, request, () => {
        const { environment, version, commit } = request.target;
        const { approval } = request;
        const objections = approval
          ? changedSince(approval.subject, world.subject(approval.branch, approval.subject.commit))
          : [];
        if (objections.length > 0)
          return { ok: false, summary: 'not approved as it is now', value: { void: objections } };
        world.running[environment] = { version, commit };
        world.log.push(`activate ${environment} v${version}`);
        return done('traffic moved');
      }),
    rollBack: (ref, request) =>
      world.perform('rollBack', ref, request, () => {
        world.running[request.target.environment] = request.to ?? undefined;
        world.log.push(`roll back ${request.target.environment} to ${request.to?.version ?? 'nothing'}`);
        return done('rolled back');
      }),
    retire: (ref, request) =>
      world.perform('retire', ref, request, () => done('stopped the previous version')),
    verifyHealth: (ref, request) =>
      world.perform('verifyHealth', ref, request, () => {
        const serves = world.running[request.target.environment]?.version;
        if (request.at === 'public' && serves !== request.target.version)
          return fails(`serves ${serves ?? 'nothing'}`);
        return done('healthy: 2 good answers in a row');
      }),
    database: (ref, action, request) =>
      world.perform('database', ref, { action, ...request }, () => {
        world.log.push(`${action} ${request.target.environment}`);
        return done(`${action} done`);
      }),
    monitor: (ref, request) =>
      world.perform('monitor', ref, request, async () => {
        const { monitor } = world.environment(request.target.environment);
        if (world.timePasses) await watchFor(monitor.for, clock);
        world.log.push('watched');
        return done('watched for 1m, last: 120 requests, 0% errors', {
          samples: ['12:00:00 120 requests, 0% errors'],
        });
      }),
    whatRuns: (ref, request) =>
      world.perform('whatRuns', ref, request, () => {
        const running = world.running[request.environment];
        return done(`runs ${running?.version ?? 'nothing'}`, running ?? null);
      }),
    findReleased: (ref, request) =>
      world.perform('findReleased', ref, request, () => {
        const version = request.version ?? '1.1.0';
        const commit = world.main.commit;
        world.branches.set(`v${version}`, commit);
        return done(`v${version}`, {
          candidate: {
            product: world.product,
            version,
            base: commit,
            previousTag: 'v1.0.0',
            date: request.date,
          },
          tag: `v${version}`,
          commit,
          changes: ['feat: a basket'],
        });
      }),
    findWayBack: (ref, request) =>
      world.perform('findWayBack', ref, request, () => {
        const current = world.running[request.environment];
        if (!current) return { ok: false, summary: `${request.environment} runs nothing` };
        const to = {
          version: request.version === 'previous' ? '0.9.0' : request.version,
          commit: '9'.repeat(40),
        };
        return done('found', { current, to, ...world.between });
      }),
    mergeToMain: (ref, released) =>
      world.perform('mergeToMain', ref, released, () => {
        world.log.push(`merge ${released.branch}`);
        return done('merged');
      }),
    tagRelease: (ref, released) =>
      world.perform('tagRelease', ref, released, () => {
        world.log.push(`tag v${released.version} ${released.commit.slice(-3)}`);
        return done('tagged');
      }),
    deleteReleaseBranch: (ref, released) =>
      world.perform('deleteReleaseBranch', ref, released, () => {
        // As the real one does: what somebody pushed since is not ours to delete.
        if (world.branches.get(released.branch) !== released.commit) return done('left');
        world.branches.delete(released.branch);
        world.log.push(`delete ${released.branch}`);
        return done('deleted');
      }),
    publishRelease: (ref, request) =>
      world.perform('publishRelease', ref, request, () => {
        world.log.push(`publish v${request.version}`);
        return done('published', { url: 'https://example.org/releases/1' });
      }),
    openIssue: (ref, request) =>
      world.perform('openIssue', ref, request, () => {
        world.issues.push(`${request.severity}: ${request.title}`);
        world.log.push('issue');
        return done('issue #1', { url: 'https://example.org/issues/1' });
      }),
    record: (lines, deployment) => {
      world.ledger.push(...lines);
      if (deployment) world.deployments.push(deployment);
      return Promise.resolve();
    },
    updateState: (ref, state) =>
      world.perform('updateState', ref, state, () => {
        world.states.push(state);
        return done('state.yml updated');
      }),
    ...simulatedBlueGreen(world),
    writeDocument: (ref, request) =>
      world.perform('writeDocument', ref, request, () => {
        world.documents.set(request.name, request.text);
        world.log.push(`document ${request.name}`);
        return done('written', {
          file: `/data/documents/${request.name}.md`,
          url: `file:///data/documents/${request.name}.md`,
        });
      }),
    deliver: async (ref, channel, notification) => {
      const outcome = await world.perform('deliver', ref, { channel, notification }, () => {
        world.notifications.push(notification);
        world.log.push(`notify ${notification.event}`);
        return done('delivered');
      });
      if (!outcome.ok) throw new Error(outcome.summary);
      return outcome.summary;
    },
  };
}
