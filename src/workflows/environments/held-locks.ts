import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { LockPlace } from '../../domain/environments/lock-queue.ts';
import { lockIdOf, lockReleaseName } from '../../domain/flows/workflow-ids.ts';
import { answerOf } from '../run/answered.ts';
import { local, quick } from '../run/effects.ts';

/** A place in the queue of an environment. */
export interface Waiting extends LockPlace {
  readonly environment: string;
}

/** Which environments a run has its turn in, and where it stands in line (PL-8). Their locks tell it by signals. */
export class HeldLocks {
  private place: Waiting | undefined;
  private readonly product: string;
  /** Who the run is for the locks: the same before and after a reset. */
  private readonly self = { run: workflowInfo().workflowId, runId: workflowInfo().firstExecutionRunId };
  /** Environments that this run ever asked for, and has to give back. */
  private readonly asked = new Set<string>();
  private readonly granted = new Set<string>();
  /** Those of the granted ones that go back as soon as somebody else wants them. */
  private readonly yielding = new Set<string>();
  /** Environments that somebody else asked for before this run knew that it has them. */
  private readonly wanted = new Set<string>();
  /** Environments whose lock is being told that this run gave them back. */
  private readonly givingBack = new Map<string, Promise<void>>();

  constructor(product: string) {
    this.product = product;
  }

  /** Where the run waits now. */
  get waiting(): Waiting | undefined {
    return this.place;
  }

  waitsNoLonger(): void {
    this.place = undefined;
  }

  has(environment: string): boolean {
    return this.granted.has(environment);
  }

  /** Asks for an environment that this run needs now: where it isn't free, `waiting` is set until it is granted. */
  async acquire(environment: string, emergency = false): Promise<void> {
    this.yielding.delete(environment);
    if (this.has(environment)) return;
    const { granted, position, behind } = answerOf(
      'acquireEnvironment',
      await this.ask(environment, false, emergency),
    );
    if (granted) this.granted.add(environment);
    // The lock's signal may have come before its answer.
    else if (!this.has(environment)) this.place = { environment, position, behind };
  }

  /**
   * Takes an environment if it is free, until somebody else wants it or this run needs it.
   * @returns the run that has it, where it isn't free
   */
  async acquireIfFree(environment: string): Promise<string | undefined> {
    if (this.has(environment)) return undefined;
    this.wanted.delete(environment);
    const { granted, behind } = answerOf('acquireEnvironment', await this.ask(environment, true));
    if (!granted) return behind === '' ? undefined : behind;
    this.granted.add(environment);
    this.yielding.add(environment);
    if (this.wanted.has(environment)) this.release(environment);
    return undefined;
  }

  /** Gives one environment back before the run ends; it can be asked for again. */
  release(environment: string): void {
    this.yielding.delete(environment);
    if (!this.granted.delete(environment)) return;
    const lock = getExternalWorkflowHandle(lockIdOf(this.product, environment));
    this.givingBack.set(
      environment,
      lock.signal(lockReleaseName, this.self).catch(() => undefined),
    );
  }

  /** Gives every environment back, and every place in a queue. A lock looks after runs that couldn't. */
  async releaseAll(): Promise<void> {
    const { product, self } = this;
    await Promise.all(
      [...this.asked].map((environment) =>
        quick.releaseEnvironment({ product, environment, runId: self.runId }).catch(() => undefined),
      ),
    );
  }

  /** From a lock, and checked by hand like everything that arrives. A run that had this one's name before is another run. */
  hear(payload: unknown): void {
    if (typeof payload !== 'object' || payload === null) return;
    const { environment, runId, position, behind, wanted } = payload as Record<string, unknown>;
    if (typeof environment !== 'string' || !this.asked.has(environment)) return;
    if (runId !== undefined && runId !== this.self.runId) return;
    if (wanted === true) this.hearWanted(environment);
    if (position === 0) this.hearGranted(environment);
    else if (typeof position === 'number' && this.place?.environment === environment)
      this.place = { environment, position, behind: typeof behind === 'string' ? behind : '' };
  }

  private hearWanted(environment: string): void {
    this.wanted.add(environment);
    if (this.yielding.has(environment)) this.release(environment);
  }

  private hearGranted(environment: string): void {
    this.granted.add(environment);
    if (this.place?.environment === environment) this.place = undefined;
  }

  private async ask(
    environment: string,
    yields: boolean,
    emergency = false,
  ): Promise<LockPlace & { granted: boolean }> {
    this.asked.add(environment);
    // Asked before the lock has heard that it was given back, it would say yes and then take it away again.
    await this.givingBack.get(environment);
    return local.acquireEnvironment({
      product: this.product,
      environment,
      runId: this.self.runId,
      emergency,
      ...(yields ? { yields } : {}),
    });
  }
}
