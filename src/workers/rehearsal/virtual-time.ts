import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as really } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Clock } from '../../activities/ports/index.ts';
import type { StepRef } from '../../domain/run/effect-outcome.ts';
import type { TestClock } from './test-server.ts';
import { leap, timeOf } from './test-server.ts';

/** One activity that runs, as its simulated world has to know it. */
export interface Effect {
  /** Undefined for what belongs to no step. */
  readonly ref: StepRef | undefined;
  readonly context: Context;
  /** What it beat last: a beat without it would take it from a later attempt. */
  details: unknown;
  /** One wait after the other: an activity has one lock on the server's clock to let go of. */
  waiting: Promise<void>;
}

/** The worker that carries an activity is gone: whatever it still does, nobody hears of it. */
class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

/** Before the server gives an attempt up, its clock must be held, or it would let go of a lock twice. */
const margin = 200;
/** Real milliseconds after which a leap that has not arrived is looked into. */
const patience = 150;
/** Share of a heartbeat's time that is leapt over at once. */
const leapShare = 0.7;

/**
 * The clock of the time-skipping test server, as the one clock of a rehearsal. Everything that is under way holds a lock on it: an
 * activity the server's own, the rehearsal itself the one that the server begins with. Who waits lets go of its lock while it waits, so
 * that time leaps exactly when everybody waits, and exactly to whoever wakes first.
 */
export class VirtualTime implements Clock {
  private readonly service: TestClock;
  private readonly client: Client;
  private readonly effects = new AsyncLocalStorage<Effect>();
  private readonly running = new Set<Effect>();
  /** The server's clock minus this machine's; while anybody holds a lock, both go on alike. */
  private ahead = 0;
  /** Calls that let time leap and have not come back. */
  private sleeping = 0;
  private closed = false;
  private worker: 'there' | 'lost' = 'there';
  /** Told when an effect has begun and beaten, and waits: from then on a later attempt can go on with it. */
  onWait: (step: string | undefined) => void = () => undefined;

  /** Told what an effect beats. */
  onBeat: (step: string | undefined, details: unknown) => void = () => undefined;

  constructor(service: TestClock, client: Client) {
    this.service = service;
    this.client = client;
  }

  now(): number {
    return Date.now() + this.ahead;
  }

  /** The activity that asks. */
  get current(): Effect | undefined {
    return this.effects.getStore();
  }

  private get lost(): boolean {
    return this.worker === 'lost';
  }

  /** How many activities run. */
  get busy(): number {
    return this.running.size;
  }

  /** Carries out an activity as one that may wait. */
  async track<T>(ref: StepRef | undefined, work: () => Promise<T>): Promise<T> {
    const context = Context.current();
    const effect: Effect = {
      ref,
      context,
      details: context.info.heartbeatDetails,
      waiting: Promise.resolve(),
    };
    // It was scheduled by the server's clock, which may have leapt since anybody looked at it.
    this.notBefore(context.info.currentAttemptScheduledTimestampMs);
    const beat = context.heartbeat.bind(context);
    // Whatever beats has to go through here: the details are needed again, and of a lost worker nothing is heard.
    (context as { heartbeat: (details?: unknown) => void }).heartbeat = (details) => {
      if (this.lost) return;
      effect.details = details ?? effect.details;
      this.onBeat(ref?.step, effect.details);
      beat(effect.details);
    };
    this.running.add(effect);
    try {
      return await this.effects.run(effect, work);
    } finally {
      this.running.delete(effect);
    }
  }

  /** Waits inside an activity, by the server's clock. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const effect = this.effects.getStore();
    if (!effect) throw new Error('only activities wait');
    const until = this.now() + ms;
    const before = effect.waiting;
    const mine = before.catch(() => undefined).then(() => this.waitUntil(effect, until, signal));
    effect.waiting = mine;
    return mine;
  }

  /**
   * Lets time leap for the rehearsal itself: everything else goes on meanwhile.
   * @param over says that there is nothing left to wait for: the server's clock may stand still then
   */
  async leap(ms: number, over: () => Promise<boolean>): Promise<void> {
    if (ms <= 0) return;
    let done = false;
    const sleeping = this.sleep(ms).finally(() => (done = true));
    let unlocked = 0;
    for (;;) {
      await Promise.race([sleeping, really(patience)]);
      if (done) break;
      if (await over()) {
        sleeping.catch(() => undefined);
        return;
      }
      // What the server keeps for a worker that is gone holds the clock as well, and nobody is there to let go of it.
      if (this.lost && this.running.size === 0 && (await this.unlock())) unlocked += 1;
    }
    await sleeping;
    for (; unlocked > 0; unlocked -= 1) await this.service.lockTimeSkipping({});
  }

  /** The rehearsal is over: whoever still waits is let go, so that no call is under way when the server stops. */
  async close(): Promise<void> {
    this.closed = true;
    for (; this.sleeping > 0; await really(10)) await this.unlock();
  }

  /** @returns false where nobody holds the clock */
  private unlock(): Promise<boolean> {
    return this.service.unlockTimeSkipping({}).then(
      () => true,
      () => false,
    );
  }

  /** From now on no activity that runs is heard of, and none of them ends. */
  loseWorker(): void {
    this.worker = 'lost';
  }

  findWorker(): void {
    this.worker = 'there';
  }

  private async waitUntil(effect: Effect, until: number, signal: AbortSignal): Promise<void> {
    const { heartbeatTimeoutMs, startToCloseTimeoutMs, currentAttemptScheduledTimestampMs } =
      effect.context.info;
    const beats = heartbeatTimeoutMs ?? Infinity;
    const limit = currentAttemptScheduledTimestampMs + startToCloseTimeoutMs - margin;
    let givenUp = this.now() + beats - margin;
    for (;;) {
      signal.throwIfAborted();
      if (this.closed) throw new WorkerLost('the rehearsal is over');
      if (this.lost) return this.neverHeardOf(effect, Math.min(limit, givenUp));
      if (!(await this.beat(effect, signal))) throw new WorkerLost('the server gave this attempt up');
      this.onWait(effect.ref?.step);
      if (this.lost) continue;
      givenUp = this.now() + beats - margin;
      const left = until - this.now();
      if (left <= 0) return;
      if (this.now() >= limit) await really(margin / 4);
      else await this.sleep(Math.min(left, beats * leapShare, limit - this.now()));
    }
  }

  /** Until the server gives the attempt up; its clock is let go just short of that. */
  private async neverHeardOf({ context }: Effect, until: number): Promise<never> {
    const left = until - this.now();
    if (left > 0) await this.sleep(left);
    await really(margin * 2);
    throw new WorkerLost(`the worker of ${context.info.activityType} is gone`);
  }

  /** @returns false where the server no longer waits for this attempt */
  private async beat(effect: Effect, signal: AbortSignal): Promise<boolean> {
    try {
      await this.client.activity.heartbeat(effect.context.info.taskToken, effect.details);
      return true;
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'ActivityNotFoundError') return false;
      if (name !== 'ActivityCancelledError') throw error;
      // The worker hears of it by a beat of its own.
      while (!signal.aborted) {
        effect.context.heartbeat();
        await really(5);
      }
      throw signal.reason;
    }
  }

  private async sleep(ms: number): Promise<void> {
    this.sleeping += 1;
    try {
      await leap(this.service, ms);
    } finally {
      this.sleeping -= 1;
    }
    if (this.closed) return;
    this.notBefore(await timeOf(this.service));
  }

  private notBefore(serverTime: number): void {
    this.ahead = Math.max(this.ahead, serverTime - Date.now());
  }
}
