import { CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { Readiness } from '../../../src/activities/release/readiness.ts';
import type { ProductState } from '../../../src/activities/ports/index.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { EnvironmentConfig, ProductConfig } from '../../../src/domain/config/schema.ts';
import type { BundleSubject } from '../../../src/domain/gates/bundle.ts';
import type { Reading } from '../../../src/domain/metrics/reading.ts';
import type {
  DeploymentHistoryRow,
  LedgerLine,
  NotificationMessage,
} from '../../../src/domain/records/records.ts';
import type { WayBack } from '../../../src/domain/rollback/way-back.ts';
import type { EffectOutcome, StepRef } from '../../../src/domain/run/effect-outcome.ts';
import { historyLine } from '../../../src/domain/run/history-line.ts';

/** What an effect does at one of its tries, instead of succeeding: an outcome, or something that takes its time. */
export type Behaviour = EffectOutcome<unknown> | (() => Promise<EffectOutcome<unknown> | undefined>);

/** One effect that was asked for. */
export interface Call {
  readonly effect: string;
  readonly step: string;
  readonly try: number;
  readonly request: unknown;
}

/** A configuration as a worker reads it. */
export interface Loaded {
  readonly config: ProductConfig;
  readonly digest: string;
}

/** @throws Error where the text has problems */
export function loaded(yaml: string, file = 'sluice.yaml'): Loaded {
  const parsed = parseProductConfig(yaml, file);
  if (!parsed.ok)
    throw new Error(parsed.problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'));
  return parsed;
}

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
  /** What the runs had written into their branches as notes; undefined where these are the commits' own. */
  readonly committedNotes: (string | undefined)[] = [];
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

  constructor(product: string, { config, digest }: Loaded) {
    this.product = product;
    this.config = config;
    this.configDigest = digest;
  }

  environment(name: string): EnvironmentConfig {
    const environment = this.config.environments[name];
    if (!environment) throw new Error(`there is no environment ${name}`);
    return environment;
  }

  /** From now on the product is configured so. */
  configure(yaml: string): void {
    const { config, digest } = loaded(yaml);
    this.config = config;
    this.configDigest = digest;
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

  /** What was done to it stays done, but it can no longer tell: for runs without number. */
  forget(): void {
    const { calls, log, ledger, deployments, notifications, states, issues } = this;
    for (const told of [calls, log, ledger, deployments, notifications, states, issues]) told.length = 0;
    this.documents.clear();
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
