import type { ProductConfig } from '../../domain/config/schema.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../../domain/records/records.ts';
import { describeFault } from '../../domain/rehearsal/describe-fault.ts';
import type { Fault, Scenario } from '../../domain/rehearsal/scenario-schema.ts';
import type { Moment } from '../../domain/rehearsal/timeline.ts';
import { Faults } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What runs in a simulated environment, and what share of its traffic each version has. */
export interface SimulatedEnvironment {
  readonly deployed: Map<string, { readonly commit: string; readonly slot: string }>;
  weights: Record<string, number>;
}

/** What a rehearsal is about. */
export interface Stage {
  /** The environment where the flow brings a version to users. */
  readonly live: string;
  /** Whether it is a version that the flow brings. */
  readonly isNew: (version: string) => boolean;
}

type Seen = Omit<Moment, 'at'> & { readonly at: number };

/**
 * The outside world of one rehearsed run: what runs where, what goes wrong when, and everything that was seen of it. Times are those of
 * the virtual clock, in epoch milliseconds.
 */
export class World {
  readonly config: ProductConfig;
  readonly digest: string;
  readonly scenario: Scenario;
  readonly time: VirtualTime;
  readonly live: string;
  readonly isNew: (version: string) => boolean;
  readonly environments = new Map<string, SimulatedEnvironment>();
  readonly ledger: LedgerLine[] = [];
  readonly deployments: DeploymentHistoryRow[] = [];
  readonly seen: Seen[] = [];
  /** When each try of a step began. */
  readonly begun = new Map<string, number>();
  private readonly holding = new Set<string>();
  private readonly toldOf = new Set<string>();
  lostUntil: number | undefined;
  /** Told when the worker is lost. */
  onWorkerLost: () => void = () => undefined;
  readonly faults: Faults;

  constructor(
    loaded: { readonly config: ProductConfig; readonly digest: string },
    scenario: Scenario,
    time: VirtualTime,
    { live, isNew }: Stage,
  ) {
    this.live = live;
    this.isNew = isNew;
    this.config = loaded.config;
    this.digest = loaded.digest;
    this.scenario = scenario;
    this.time = time;
    this.faults = new Faults(
      scenario.faults,
      () => time.now(),
      (fault, state, at) => {
        this.seen.push({ at, kind: 'fault', what: describeFault(fault), state, reason: '' });
      },
    );
    time.onWait = (step) => {
      this.loseWorkerAt(step);
    };
    time.onBeat = (step, details) => {
      this.seeWatch(step, details);
    };
  }

  environment(name: string): SimulatedEnvironment {
    const known = this.environments.get(name);
    if (known) return known;
    const made: SimulatedEnvironment = { deployed: new Map(), weights: {} };
    this.environments.set(name, made);
    return made;
  }

  /** The version that has most of an environment's traffic. */
  serving(name: string): string | undefined {
    const { weights } = this.environment(name);
    return Object.entries(weights).sort(([, a], [, b]) => b - a)[0]?.[0];
  }

  /** Moves an environment's traffic, which may be the moment of a fault. */
  share(name: string, weights: Record<string, number>, candidate?: string): void {
    const environment = this.environment(name);
    const before = JSON.stringify(environment.weights);
    environment.weights = weights;
    if (JSON.stringify(weights) !== before) this.note('traffic', `traffic of ${name}`, '', tell(weights));
    const share = candidate === undefined ? 0 : (weights[candidate] ?? 0);
    if (name !== this.live || share === 0) return;
    this.faults.atWeight(share);
  }

  /** A try of a step begins. */
  beginStep(step: string, attempt: number): void {
    const key = `${step}/${attempt}`;
    if (!this.begun.has(key)) this.begun.set(key, this.time.now());
    this.faults.atStep(step);
  }

  /** How a version that is put beside blue is broken, if it is. */
  brokenGreen(version: string): Fault['green'] {
    return this.isNew(version) ? this.faults.strikeInOrder('green', version)?.fault.green : undefined;
  }

  note(kind: Moment['kind'], what: string, state: string, reason: string): void {
    this.seen.push({ at: this.time.now(), kind, what, state, reason });
  }

  /** Somebody is told something; over several channels, once. */
  tell(key: string, event: string, title: string): void {
    if (this.toldOf.has(key)) return;
    this.toldOf.add(key);
    this.note('notification', title, event, '');
  }

  /** How many notifications have arrived. */
  get told(): number {
    return this.toldOf.size;
  }

  /** A watch decides at every look; that it begins to hold, or goes on, is worth a row. */
  private seeWatch(step: string | undefined, details: unknown): void {
    const lines = (details as { readonly lines?: unknown } | undefined)?.lines;
    const line: unknown = Array.isArray(lines) ? lines.at(-1) : undefined;
    const [, action, reason = ''] = (typeof line === 'string' && / → ([a-z-]+): (.*)$/.exec(line)) || [];
    if (step === undefined || (action !== 'hold' && action !== 'watch')) return;
    const held = this.holding.has(step);
    if ((action === 'hold') === held) return;
    if (held) this.holding.delete(step);
    else this.holding.add(step);
    this.note(
      'evidence',
      `the new version at ${step.slice(step.lastIndexOf('-') + 1)} %`,
      held ? 'goes on' : 'holds',
      reason,
    );
  }

  private loseWorkerAt(step: string | undefined): void {
    const lost = this.faults.loseWorker(step);
    if (lost === undefined) return;
    this.lostUntil = this.time.now() + lost;
    this.time.loseWorker();
    this.onWorkerLost();
  }
}

function tell(weights: Readonly<Record<string, number>>): string {
  const parts = Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([version, weight]) => `v${version} ${weight} %`);
  return parts.join(', ') || 'nothing';
}
