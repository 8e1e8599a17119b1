import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { renderDetails } from '../../domain/run/details.ts';
import type { NotificationConfig, ProductConfig } from '../../domain/config/schema.ts';
import type { ClosedGate, Gate, Vote } from '../../domain/gates/gate.ts';
import { eligible, stillNeeded } from '../../domain/gates/gate.ts';
import { knownPeople } from '../../domain/gates/known-people.ts';
import type { LedgerLine } from '../../domain/records/records.ts';
import type { Issue } from '../../domain/run/severity.ts';
import type { Interruption } from '../../domain/run/interruption.ts';
import type { Steering } from '../rollout/steering.ts';
import { Turns } from '../environments/turns.ts';
import type { SearchAttributeName } from '../../domain/run/search-attributes.ts';
import type {
  DecisionRecord,
  FlowName,
  GateStatus,
  Outcome,
  RefusedMessage,
  RunStatus,
  Stage,
  StepState,
  StepStatus,
} from '../../domain/run/status.ts';

export interface PlannedStep {
  readonly id: string;
  readonly phase: string;
  readonly title: string;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** So many refused messages are kept, and in the ledger; the rest are counted. */
const refusedKept = 50;
/** So many decisions are shown; the ledger has them all. */
const decisionsKept = 200;

/** The state of a run: what `status` shows, what the UI shows, and what is still to be written into the ledger. */
export class Run {
  readonly id = workflowInfo().workflowId;
  /** Stays the same when the run is reset. */
  readonly firstRunId = workflowInfo().firstExecutionRunId;
  readonly startedAt = workflowInfo().startTime.getTime();
  readonly flow: FlowName;
  readonly product: string;
  readonly startedBy: string;

  version: string | undefined;
  previousVersion: string | undefined;
  commit: string | undefined;
  outcome: Outcome | undefined;
  endedAt: number | undefined;
  reason = 'starting';
  phase = '';
  stage: Stage = 'preparing';
  environment: string | undefined;
  severity: string | undefined;
  paused: { by: string; at: number; comment?: string } | undefined;
  /** Everybody whom the configuration names, and the one who started the run. */
  known: readonly string[] = [];
  gates: Gate[] = [];
  closed: ClosedGate[] = [];
  /** The votes of the gate that closed last. */
  lastVotes: readonly Vote[] = [];
  blockers: readonly string[] = [];
  concerns: string[] = [];
  samples: string[] = [];
  weights: Record<string, number> = {};
  links: { title: string; url: string }[] = [];
  /** What the process itself is measured by, where its flow does that. */
  measures: Readonly<Record<string, number | string>> | undefined;

  /**
   * Somebody wants it stopped: set by the inbox, acted on by the main loop. A plain promise, for a `Trigger` rejects by
   * itself at a cancel request of Temporal, which would end the run as it stands.
   */
  readonly interruption = Promise.withResolvers<undefined>();
  interrupted: Interruption | undefined;
  /** Issues in production that people reported and nobody has looked at yet. */
  reported: Issue[] = [];
  /** Alerts that were heard of, by their key. */
  readonly alerts = new Set<string>();
  /** Questions about issues: so many were asked, so many are still open. */
  issuesAsked = 0;
  issuesOpen = 0;
  /** Takes back what a run leaves behind when it does not succeed. */
  undo: (() => Promise<void>) | undefined;
  /** Digest of the configuration that the run uses: effects take its content from the worker by this name. Empty until it is read. */
  configuration = '';
  /** Where notifications go; set once the configuration is read. */
  channels: readonly NotificationConfig[] = [];
  /** Notifications that are being started; awaited before the run ends. */
  readonly notifications: Promise<unknown>[] = [];
  /** Parts of the record that are being written; awaited before the run ends. */
  readonly writing: Promise<void>[] = [];
  readonly turns: Turns;
  /** A rollout that is under way. */
  steering: Steering | undefined;

  private readonly steps: Draft<StepStatus>[] = [];
  private decisions: DecisionRecord[] = [];
  private refused: RefusedMessage[] = [];
  private refusedCount = 0;
  private lines: LedgerLine[] = [];
  private lineCount = 0;
  private publishing = false;
  private labels: Partial<Record<SearchAttributeName, string>> = {};

  constructor(flow: FlowName, product: string, startedBy: string) {
    this.flow = flow;
    this.product = product;
    this.turns = new Turns(product);
    this.startedBy = startedBy;
  }

  /** From now on the run goes by this configuration: its people, its channels, and its digest for every effect. */
  uses(config: ProductConfig, digest: string): void {
    this.known = knownPeople(config, this.startedBy);
    this.channels = config.notifications;
    this.configuration = digest;
  }

  plan(steps: readonly PlannedStep[]): void {
    for (const step of steps) {
      if (this.steps.some((known) => known.id === step.id)) continue;
      this.steps.push({ ...step, state: 'pending', attempts: 0 });
    }
  }

  step(id: string): Draft<StepStatus> {
    const known = this.steps.find((step) => step.id === id);
    if (known) return known;
    const added: Draft<StepStatus> = { id, phase: this.phase, title: id, state: 'pending', attempts: 0 };
    this.steps.push(added);
    return added;
  }

  /** Done again from the first step of this kind on: what an earlier pass showed no longer holds. Attempts go on counting, they name the effects. */
  restartFrom(prefix: string): void {
    const from = this.steps.findIndex((step) => step.id.startsWith(prefix));
    if (from === -1) return;
    for (const step of this.steps.slice(from)) {
      step.state = 'pending';
      delete step.started;
      delete step.ended;
      delete step.summary;
      delete step.log;
    }
  }

  /** Steps that the run left in the middle are over with it. */
  closeSteps(reason: string): void {
    for (const step of this.steps) {
      if (step.state === 'running' || step.state === 'waiting') this.end(step.id, 'cancelled', reason);
    }
  }

  concern(text: string): void {
    if (!this.concerns.includes(text)) this.concerns.push(text);
  }

  begin(id: string): number {
    const step = this.step(id);
    step.state = 'running';
    step.attempts += 1;
    step.started = iso(Date.now());
    delete step.ended;
    delete step.summary;
    this.phase = step.phase;
    this.reason = step.title;
    this.publish();
    this.label();
    return step.attempts;
  }

  end(id: string, state: StepState, summary: string, log?: string): void {
    const step = this.step(id);
    step.state = state;
    step.ended = iso(Date.now());
    step.summary = summary;
    if (log) step.log = log;
    this.write('step', `${step.title}: ${state}`, {
      step: id,
      title: step.title,
      phase: step.phase,
      ...(step.started ? { started: step.started } : {}),
      state,
      summary,
      attempts: step.attempts,
      ...(log ? { log } : {}),
    });
    this.publish();
  }

  decided(record: Omit<DecisionRecord, 'at'>): void {
    this.decisions = [...this.decisions, { ...record, at: iso(Date.now()) }].slice(-decisionsKept);
    this.write('decision', `${record.kind} by ${record.by}`, { ...record });
    this.publish();
  }

  refuse(kind: string, reason: string, by?: string): void {
    this.refusedCount += 1;
    this.refused.push({ kind, at: iso(Date.now()), reason, ...(by ? { by } : {}) });
    if (this.refused.length > refusedKept) this.refused = this.refused.slice(-refusedKept);
    if (this.refusedCount <= refusedKept) this.write('refused', `${kind} refused`, { kind, reason, by });
    this.publish();
  }

  /** Adds a line to the permanent record; it is written with the next `flush`. */
  write(kind: string, summary: string, data: Record<string, unknown> = {}): void {
    this.lineCount += 1;
    this.lines.push({
      key: `${this.id}/${workflowInfo().runId}/${this.lineCount}`,
      run: this.id,
      product: this.product,
      at: iso(Date.now()),
      kind,
      summary,
      data,
    });
  }

  takeLines(): LedgerLine[] {
    const lines = this.lines;
    this.lines = [];
    return lines;
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
    const wanted: Partial<Record<SearchAttributeName, string>> = {
      SluiceProduct: this.product,
      SluiceCategory: this.flow,
      ...(this.version ? { SluiceVersion: this.version } : {}),
      ...(this.environment ? { SluiceEnvironment: this.environment } : {}),
      ...(this.phase ? { SluicePhase: this.phase } : {}),
      ...(this.outcome ? { SluiceOutcome: this.outcome } : {}),
      ...(this.severity ? { SluiceSeverity: this.severity } : {}),
      SluiceWaitingFor: this.waitingFor() ?? 'nothing',
    };
    const changed = Object.entries(wanted).filter(
      ([name, value]) => this.labels[name as SearchAttributeName] !== value,
    );
    if (changed.length === 0) return;
    this.labels = { ...this.labels, ...wanted };
    upsertSearchAttributes(
      changed.map(([name, value]) => ({
        key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
        value,
      })),
    );
  }

  /** What the record says of a run that has ended, beside its lines. */
  account(): Record<string, unknown> {
    const { version, previousVersion, commit, refusedCount, blockers, concerns, links } = this;
    return { version, previousVersion, commit, refusedCount, blockers, concerns, links };
  }

  waitingFor(): string | undefined {
    if (this.outcome) return undefined;
    const gate = this.gates[0];
    if (gate) return gate.kind;
    if (this.paused) return 'resume';
    return this.turns.waiting ? 'lock' : undefined;
  }

  status(): RunStatus {
    const waitingFor = this.waitingFor();
    return {
      schema: 1,
      run: this.id,
      flow: this.flow,
      product: this.product,
      ...(this.version ? { version: this.version } : {}),
      ...(this.previousVersion ? { previousVersion: this.previousVersion } : {}),
      ...(this.commit ? { commit: this.commit } : {}),
      startedBy: this.startedBy,
      started: iso(this.startedAt),
      ...(this.endedAt ? { ended: iso(this.endedAt) } : {}),
      ...(this.outcome ? { outcome: this.outcome } : {}),
      reason: this.reason,
      phase: this.phase,
      stage: this.stage,
      ...(this.paused
        ? {
            paused: {
              by: this.paused.by,
              at: iso(this.paused.at),
              ...(this.paused.comment ? { comment: this.paused.comment } : {}),
            },
          }
        : {}),
      steps: this.steps.map((step) => ({ ...step })),
      gates: this.gates.map(gateStatus),
      decisions: this.decisions,
      refused: this.refused,
      refusedCount: this.refusedCount,
      blockers: this.blockers,
      concerns: this.concerns,
      ...(waitingFor ? { waitingFor } : {}),
      ...(this.turns.waiting ? { queue: this.turns.waiting } : {}),
      ...(this.samples.length > 0 || Object.keys(this.weights).length > 0
        ? { rollout: { weights: this.weights, samples: this.samples } }
        : {}),
      links: this.links,
    };
  }
}

function gateStatus(gate: Gate): GateStatus {
  return {
    id: gate.id,
    kind: gate.kind,
    statement: gate.statement,
    details: gate.details,
    ...(gate.digest ? { digest: gate.digest } : {}),
    who: eligible(gate.who, gate.excluded),
    stillNeeded: stillNeeded(gate),
    choices: gate.choices,
    opened: iso(gate.opened),
    ...(gate.expires ? { expires: iso(gate.expires) } : {}),
    ...(gate.onExpiry ? { onExpiry: gate.onExpiry } : {}),
    votes: gate.votes.map((vote) => ({
      by: vote.by,
      choice: vote.choice,
      at: iso(vote.at),
      ...(vote.comment ? { comment: vote.comment } : {}),
    })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
