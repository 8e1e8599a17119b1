import { setCurrentDetails } from '@temporalio/workflow';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { PlannedStep } from '../../domain/flows/plan.ts';
import { knownPeople } from '../../domain/gates/known-people.ts';
import { renderDetails } from '../../domain/run/details.ts';
import type { Stage } from '../../domain/flows/registry.ts';
import type { Interruption } from '../../domain/run/interruption.ts';
import type { Severity } from '../../domain/run/messages.ts';
import type { DecisionRecord, Outcome, RunStatus, StepState, StepStatus } from '../../domain/run/status.ts';
import {
  restartedFrom,
  stepOf,
  unfinished,
  withBegun,
  withEnded,
  withPlan,
  withWaiting,
} from '../../domain/run/step-list.ts';
import { isoTime } from '../../domain/text/time.ts';
import { Labels } from './labels.ts';
import { logBegun } from './log.ts';
import type { Link, Subject } from './state.ts';
import { RunState } from './state.ts';
import { statusOf } from './status-view.ts';

/** A run and the transitions of its state: what happens to a run has a name here. */
export class Run extends RunState {
  private readonly stopWanted = Promise.withResolvers<undefined>();
  private readonly labels = new Labels();
  private publishing = false;
  private undoing: (() => Promise<void>) | undefined;

  // What it is about

  /** From now on the run goes by this configuration: its people, its channels, and its digest for every effect. */
  uses(config: ProductConfig, digest: string): void {
    const known = knownPeople(config, this.startedBy);
    this.now = { ...this.now, known, channels: config.notifications, configuration: digest };
  }

  /** What it brings, and where, as far as that is known by now; what isn't named stays. */
  found(subject: Subject): void {
    this.now = { ...this.now, ...subject };
  }

  concern(text: string): void {
    if (this.concerns.includes(text)) return;
    this.now = { ...this.now, concerns: [...this.concerns, text] };
  }

  /** What keeps it from going on; none lifts what was said before. */
  blockedBy(blockers: readonly string[]): void {
    this.now = { ...this.now, blockers };
  }

  /** For people; a title has one address, the last one. */
  addLink({ title, url }: Link): void {
    const others = this.links.filter((link) => link.title !== title);
    this.now = { ...this.now, links: [...others, { title, url }] };
  }

  measuredBy(measures: Readonly<Record<string, number | string>>): void {
    this.now = { ...this.now, measures };
  }

  // How far it is

  /** From now on pause, abort and rollback mean what they mean in this stage. */
  enters(stage: Stage): void {
    this.now = { ...this.now, stage };
  }

  /** Says what it does now, where that is no step: nothing runs meanwhile. */
  waits(reason: string): void {
    this.now = { ...this.now, reason };
    this.publish();
    this.label();
  }

  /** What it did is taken back; nobody pauses that. */
  goesBack(reason: string): void {
    this.now = { ...this.now, stage: 'rolling-back', paused: undefined, reason };
  }

  judged(severity: Severity): void {
    this.now = { ...this.now, severity };
  }

  ends(outcome: Outcome, reason: string): void {
    this.closeSteps(reason);
    this.now = { ...this.now, stage: 'ended', paused: undefined, outcome, reason, endedAt: Date.now() };
    this.write('ended', `${outcome}: ${reason}`, { outcome, ...this.account() });
    this.publish();
    this.label();
  }

  /** What the record says of a run that has ended, beside its lines. */
  private account(): Record<string, unknown> {
    const { version, previousVersion, commit, blockers, concerns, links } = this;
    const { refusedCount } = this.record;
    return { version, previousVersion, commit, refusedCount, blockers, concerns, links };
  }

  // Its steps

  plan(steps: readonly PlannedStep[]): void {
    this.now = { ...this.now, steps: withPlan(this.steps, steps) };
  }

  step(id: string): StepStatus {
    return stepOf(this.steps, id, this.phase);
  }

  /** @returns how often it was begun by now */
  begin(id: string): number {
    const step = this.step(id);
    const { phase, title } = step;
    this.now = {
      ...this.now,
      phase,
      reason: title,
      steps: withBegun(this.steps, step, isoTime(Date.now())),
    };
    this.publish();
    this.label();
    const attempt = step.attempts + 1;
    logBegun(step, this.product, attempt);
    return attempt;
  }

  /** The step that runs is people's now. */
  awaitsPeople(id: string): void {
    this.now = { ...this.now, steps: withWaiting(this.steps, this.step(id)) };
  }

  end(id: string, state: StepState, summary: string, log?: string): void {
    const at = isoTime(Date.now());
    const step = this.step(id);
    const { title, phase, started, attempts } = step;
    this.now = { ...this.now, steps: withEnded(this.steps, step, { state, summary, at, log }) };
    this.write('step', `${title}: ${state}`, {
      step: id,
      title,
      phase,
      ...(started ? { started } : {}),
      state,
      summary,
      attempts,
      ...(log ? { log } : {}),
    });
    this.publish();
  }

  /** Done again from the first step of this kind on: what an earlier pass showed no longer holds. */
  restartFrom(prefix: string): void {
    this.now = { ...this.now, steps: restartedFrom(this.steps, prefix) };
  }

  /** Steps that the run left in the middle are over with what it did. */
  closeSteps(reason: string): void {
    for (const { id } of unfinished(this.steps)) this.end(id, 'cancelled', reason);
  }

  // What people want

  pause(by: string, comment?: string): void {
    this.now = { ...this.now, paused: { by, at: Date.now(), ...(comment ? { comment } : {}) } };
    this.traffic.steering?.changed();
  }

  resume(): void {
    this.now = { ...this.now, paused: undefined };
    this.traffic.steering?.changed();
  }

  /** Has the run stop what it does; the first one who wants it counts. */
  interrupt(request: Interruption): void {
    if (!this.interrupted) this.now = { ...this.now, interrupted: request };
    this.stopWanted.resolve(undefined);
  }

  /**
   * Resolved once somebody wants it stopped. A plain promise, for a `Trigger` rejects by itself at a cancel request of Temporal, which
   * would end the run as it stands.
   */
  get interruption(): Promise<undefined> {
    return this.stopWanted.promise;
  }

  decided(record: Omit<DecisionRecord, 'at'>): void {
    this.record.decided(record);
    this.publish();
  }

  refuse(kind: string, reason: string, by?: string): void {
    this.record.refuses(kind, reason, by);
    this.publish();
  }

  // What it leaves behind

  /** Adds a line to the permanent record; it is written with the next `flush`. */
  write(kind: string, summary: string, data: Readonly<Record<string, unknown>> = {}): void {
    this.record.write(kind, summary, data);
  }

  /** Takes back what the run leaves behind, where it does not succeed; undefined: all of it is kept. */
  undoesBy(undo: (() => Promise<void>) | undefined): void {
    this.undoing = undo;
  }

  async undo(): Promise<void> {
    await this.undoing?.();
  }

  // How it is seen

  status(): RunStatus {
    return statusOf(this);
  }

  /** Shows the state in the UI: once for all that changes in one go, for a flood of messages is one activation. */
  publish(): void {
    if (this.publishing) return;
    this.publishing = true;
    void Promise.resolve().then(() => {
      this.publishing = false;
      setCurrentDetails(renderDetails(this.status()));
    });
  }

  /** Labels the run where a label changed. Each time is an event, so it is done where the run comes to rest, or begins a step. */
  label(): void {
    this.labels.show(this);
  }
}
