import { describeFault } from '../../domain/rehearsal/describe-fault.ts';
import type { Fault } from '../../domain/rehearsal/scenario-schema.ts';

interface Armed {
  readonly fault: Fault;
  /** When it began, in epoch milliseconds; undefined: not yet. */
  since: number | undefined;
  /** How often it struck, where it strikes tries, versions or reviews. */
  struck: number;
  ended: boolean;
  /** What it has struck or spared in turn, in that order. */
  readonly met: string[];
}

/** Told what becomes of a fault, and when. */
export type OnFault = (fault: Fault, state: string, at: number) => void;

/** What goes wrong in a rehearsed run: when each fault begins, whom it strikes, and when it is over. */
export class Faults {
  private readonly armed: readonly Armed[];
  private readonly now: () => number;
  private readonly tell: OnFault;

  /** @param now epoch milliseconds of the virtual clock */
  constructor(faults: readonly Fault[], now: () => number, tell: OnFault) {
    this.armed = faults.map((fault) => ({ fault, since: undefined, struck: 0, ended: false, met: [] }));
    this.now = now;
    this.tell = tell;
  }

  /** Those without a moment begin with the run. */
  atStart(): void {
    this.beginWhere(({ at, approvals }) => !at && !approvals);
  }

  atStep(step: string): void {
    this.beginWhere(({ at }) => at?.kind === 'step' && at.step === step);
  }

  /** The new version has that share of the traffic, in percent. */
  atWeight(weight: number): void {
    this.beginWhere(({ at }) => at?.kind === 'weight' && weight >= at.weight);
  }

  /** The one of a kind that lasts now, if one does. */
  active(kind: keyof Fault): Fault | undefined {
    return this.armed.find(
      (armed) => armed.fault[kind] !== undefined && armed.since !== undefined && !this.over(armed),
    )?.fault;
  }

  /** What happens to this try of a step: how long it takes instead, and whether it fails. Each `fails` counts its tries. */
  strike(step: string | undefined): { readonly takes: number | undefined; readonly fails: boolean } {
    const mine = this.armed.filter(({ fault }) => fault.at?.kind === 'step' && fault.at.step === step);
    const find = (kind: 'hangs' | 'takes' | 'fails'): Armed | undefined =>
      mine.find(
        ({ fault, struck }) =>
          fault[kind] !== undefined && (kind === 'fails' ? struck < countOf(fault.fails) : struck === 0),
      );
    const slow = find('hangs') ?? find('takes');
    const fails = find('fails');
    for (const armed of [slow, fails]) if (armed) this.struck(armed);
    return { takes: slow?.fault.hangs ?? slow?.fault.takes, fails: fails !== undefined };
  }

  /**
   * Strikes the first so many of what a fault is about, such as the commits that are reviewed: the same one always alike, however often
   * it is looked at.
   */
  strikeInOrder(
    kind: 'green' | 'review',
    one: string,
  ): { readonly fault: Fault; readonly ordinal: number } | undefined {
    const armed = this.armed.find(({ fault }) => fault[kind] !== undefined);
    if (!armed) return undefined;
    const { fault, met } = armed;
    if (!met.includes(one)) met.push(one);
    const ordinal = met.indexOf(one) + 1;
    if (ordinal > countOf(fault.times ?? 1)) return undefined;
    if (ordinal > armed.struck) this.struck(armed);
    return { fault, ordinal };
  }

  /** The worker that carries this step is lost now. @returns for how long, in milliseconds */
  loseWorker(step: string | undefined): number | undefined {
    const armed = this.armed.find(
      ({ fault, since }) =>
        fault.worker && since === undefined && fault.at?.kind === 'step' && fault.at.step === step,
    );
    if (!armed) return undefined;
    this.begin(armed);
    return armed.fault.for ?? 0;
  }

  /** When those that last are over, that is said; called as time goes by. */
  lookAtTheClock(): void {
    for (const armed of this.armed) this.over(armed);
  }

  /** Those that never came up, in words. */
  unmet(): string[] {
    return this.armed
      .filter(({ fault, since }) => since === undefined && !fault.approvals)
      .map(({ fault }) => `this fault never came up: ${describeFault(fault)}`);
  }

  private beginWhere(isTime: (fault: Fault) => boolean): void {
    for (const armed of this.armed)
      if (armed.since === undefined && lasts(armed.fault) && isTime(armed.fault)) this.begin(armed);
  }

  private begin(armed: Armed): void {
    armed.since = this.now();
    this.tell(armed.fault, 'begins', armed.since);
  }

  private struck(armed: Armed): void {
    const now = this.now();
    armed.struck += 1;
    armed.since ??= now;
    this.tell(armed.fault, armed.struck > 1 ? `${armed.struck}. time` : 'begins', now);
  }

  private over(armed: Armed): boolean {
    const { fault, since } = armed;
    if (since === undefined || fault.for === undefined || this.now() < since + fault.for) return false;
    if (!armed.ended) {
      armed.ended = true;
      this.tell(fault, 'is over', since + fault.for);
    }
    return true;
  }
}

/** What goes on by itself once it has begun; the others happen to tries, versions or reviews. */
const lasts = (fault: Fault): boolean =>
  (['hangs', 'takes', 'fails', 'worker', 'green', 'review'] as const).every(
    (kind) => fault[kind] === undefined,
  );

const countOf = (count: number | 'always' = 0): number => (count === 'always' ? Infinity : count);
