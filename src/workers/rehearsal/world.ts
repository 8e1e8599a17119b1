import type { ProductConfig } from '../../domain/config/schema.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../../domain/records.ts';
import { describeFault } from '../../domain/rehearsal/describe-fault.ts';
import type { Fault, Scenario } from '../../domain/rehearsal/scenario-schema.ts';
import type { Moment } from '../../domain/rehearsal/timeline.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What runs in a simulated environment, and what share of its traffic each version has. */
export interface SimulatedEnvironment {
  readonly deployed: Map<string, { readonly commit: string; readonly slot: string }>;
  weights: Record<string, number>;
}

interface Armed {
  readonly fault: Fault;
  /** When it began; undefined: not yet. */
  since: number | undefined;
  /** How often it struck, where it strikes tries. */
  struck: number;
  ended: boolean;
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
  private readonly armed: Armed[];

  constructor(
    loaded: { readonly config: ProductConfig; readonly digest: string },
    scenario: Scenario,
    time: VirtualTime,
  ) {
    this.config = loaded.config;
    this.digest = loaded.digest;
    this.scenario = scenario;
    this.time = time;
    this.armed = scenario.faults.map((fault) => ({ fault, since: undefined, struck: 0, ended: false }));
    time.onWait = (step) => {
      this.loseWorkerAt(step);
    };
    time.onBeat = (step, details) => {
      this.seeWatch(step, details);
    };
  }

  /** The faults without a moment begin with the run. */
  start(): void {
    for (const armed of this.armed) if (!armed.fault.at && !armed.fault.approvals) this.begin(armed);
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
    if (name !== 'production' || share === 0) return;
    for (const armed of this.armed)
      if (armed.since === undefined && armed.fault.at?.kind === 'weight' && share >= armed.fault.at.weight)
        this.begin(armed);
  }

  /** A try of a step begins. */
  beginStep(step: string, attempt: number): void {
    const key = `${step}/${attempt}`;
    if (!this.begun.has(key)) this.begun.set(key, this.time.now());
    for (const armed of this.armed)
      if (
        armed.since === undefined &&
        armed.fault.at?.kind === 'step' &&
        armed.fault.at.step === step &&
        lasts(armed.fault)
      )
        this.begin(armed);
  }

  /** The fault of a kind that lasts now, if one does. */
  active(kind: keyof Fault): Fault | undefined {
    const now = this.time.now();
    const found = this.armed.find(
      (armed) => armed.fault[kind] !== undefined && armed.since !== undefined && !this.over(armed, now),
    );
    return found?.fault;
  }

  /** What happens to this try of a step: how long it takes instead, and whether it fails. Each `fails` counts its tries. */
  strike(step: string | undefined): { readonly takes: number | undefined; readonly fails: boolean } {
    const mine = this.armed.filter(({ fault }) => fault.at?.kind === 'step' && fault.at.step === step);
    const find = (kind: 'hangs' | 'takes' | 'fails'): Armed | undefined =>
      mine.find(
        ({ fault, struck }) =>
          fault[kind] !== undefined && (kind === 'fails' ? struck < countOf(fault) : struck === 0),
      );
    const slow = find('hangs') ?? find('takes');
    const fails = find('fails');
    for (const armed of [slow, fails]) {
      if (!armed) continue;
      armed.struck += 1;
      armed.since ??= this.time.now();
      this.note(
        'fault',
        describeFault(armed.fault),
        armed.struck > 1 ? `${armed.struck}. time` : 'begins',
        '',
      );
    }
    return {
      takes: slow?.fault.hangs ?? slow?.fault.takes,
      fails: fails !== undefined,
    };
  }

  /** Faults that never came up. */
  unmet(): string[] {
    return this.armed
      .filter(({ fault, since }) => since === undefined && !fault.approvals)
      .map(({ fault }) => `this fault never came up: ${describeFault(fault)}`);
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

  /** When the faults that last are over, that is said; called as time goes by. */
  lookAtTheClock(): void {
    const now = this.time.now();
    for (const armed of this.armed) this.over(armed, now);
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

  private begin(armed: Armed): void {
    armed.since = this.time.now();
    this.note('fault', describeFault(armed.fault), 'begins', '');
  }

  private over(armed: Armed, now: number): boolean {
    const { fault, since } = armed;
    if (since === undefined || fault.for === undefined || now < since + fault.for) return false;
    if (!armed.ended) {
      armed.ended = true;
      this.seen.push({
        at: since + fault.for,
        kind: 'fault',
        what: describeFault(fault),
        state: 'is over',
        reason: '',
      });
    }
    return true;
  }

  private loseWorkerAt(step: string | undefined): void {
    const armed = this.armed.find(
      ({ fault, since }) =>
        fault.worker && since === undefined && fault.at?.kind === 'step' && fault.at.step === step,
    );
    if (!armed) return;
    this.begin(armed);
    this.lostUntil = this.time.now() + (armed.fault.for ?? 0);
    this.time.loseWorker();
    this.onWorkerLost();
  }
}

/** What goes on by itself once it has begun; the others happen to tries. */
const lasts = (fault: Fault): boolean =>
  fault.hangs === undefined &&
  fault.takes === undefined &&
  fault.fails === undefined &&
  fault.worker === undefined;

const countOf = ({ fails }: Fault): number => (fails === 'always' ? Infinity : (fails ?? 0));

function tell(weights: Readonly<Record<string, number>>): string {
  const parts = Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([version, weight]) => `v${version} ${weight} %`);
  return parts.join(', ') || 'nothing';
}
