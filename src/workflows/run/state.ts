import { workflowInfo } from '@temporalio/workflow';
import type { NotificationConfig } from '../../domain/config/schema.ts';
import type { FlowName, Stage } from '../../domain/flows/registry.ts';
import type { Interruption } from '../../domain/run/interruption.ts';
import type { Severity } from '../../domain/run/messages.ts';
import type { StepList } from '../../domain/run/step-list.ts';
import type { Outcome, RunResult } from '../../domain/run/status.ts';
import { HeldLocks } from '../environments/held-locks.ts';
import { OpenGates } from '../gates/open-gates.ts';
import { Reports } from '../rollback/reports.ts';
import { Traffic } from '../rollout/traffic.ts';
import { Background } from './background.ts';
import { RunRecord } from './record.ts';

export interface Pause {
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly comment?: string;
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

/** What the run is about: what it brings, where, and what was there before. */
export interface Subject {
  readonly version?: string | undefined;
  readonly previousVersion?: string | undefined;
  readonly commit?: string | undefined;
  readonly environment?: string | undefined;
}

interface Progress extends Subject {
  readonly stage: Stage;
  readonly phase: string;
  /** What it does now or, at the end, why it ended so. */
  readonly reason: string;
  readonly outcome?: Outcome;
  /** Epoch milliseconds. */
  readonly endedAt?: number;
  /** Of the last issue that was judged. */
  readonly severity?: Severity;
  readonly paused?: Pause | undefined;
  readonly interrupted?: Interruption;
  readonly steps: StepList;
  readonly blockers: readonly string[];
  readonly concerns: readonly string[];
  readonly links: readonly Link[];
  readonly measures?: NonNullable<RunResult['measures']>;
  /** Digest of the configuration that the run uses; empty until it is read. */
  readonly configuration: string;
  readonly known: readonly string[];
  readonly channels: readonly NotificationConfig[];
}

/** What a run is and knows. Everybody reads it; it changes by the transitions of `Run` alone. */
export abstract class RunState {
  readonly id = workflowInfo().workflowId;
  /** Stays the same when the run is reset. */
  readonly firstRunId = workflowInfo().firstExecutionRunId;
  /** Epoch milliseconds. */
  readonly startedAt = workflowInfo().startTime.getTime();
  readonly flow: FlowName;
  readonly product: string;
  readonly startedBy: string;

  readonly record: RunRecord;
  readonly background = new Background();
  readonly gates = new OpenGates();
  readonly locks: HeldLocks;
  readonly traffic = new Traffic();
  readonly reports = new Reports();

  /** The only place where what a run knows is changed. */
  protected now: Progress = {
    stage: 'preparing',
    phase: '',
    reason: 'starting',
    steps: [],
    blockers: [],
    concerns: [],
    links: [],
    configuration: '',
    known: [],
    channels: [],
  };

  constructor(flow: FlowName, product: string, startedBy: string) {
    this.flow = flow;
    this.product = product;
    this.startedBy = startedBy;
    this.record = new RunRecord(this.id, product);
    this.locks = new HeldLocks(product);
  }

  get version(): string | undefined {
    return this.now.version;
  }
  get previousVersion(): string | undefined {
    return this.now.previousVersion;
  }
  get commit(): string | undefined {
    return this.now.commit;
  }
  get environment(): string | undefined {
    return this.now.environment;
  }
  get stage(): Stage {
    return this.now.stage;
  }
  get phase(): string {
    return this.now.phase;
  }
  get reason(): string {
    return this.now.reason;
  }
  get outcome(): Outcome | undefined {
    return this.now.outcome;
  }
  get endedAt(): number | undefined {
    return this.now.endedAt;
  }
  get severity(): Severity | undefined {
    return this.now.severity;
  }
  get paused(): Pause | undefined {
    return this.now.paused;
  }
  /** Somebody wants it stopped: recorded by a handler, acted on by the main loop. */
  get interrupted(): Interruption | undefined {
    return this.now.interrupted;
  }
  get steps(): StepList {
    return this.now.steps;
  }
  get blockers(): readonly string[] {
    return this.now.blockers;
  }
  get concerns(): readonly string[] {
    return this.now.concerns;
  }
  get links(): readonly Link[] {
    return this.now.links;
  }
  /** What the process itself is measured by, where its flow does that. */
  get measures(): RunResult['measures'] {
    return this.now.measures;
  }
  /** Digest of the configuration that the run uses: effects take its content from the worker by this name. Empty until it is read. */
  get configuration(): string {
    return this.now.configuration;
  }
  /** Everybody whom the configuration names, and the one who started the run. */
  get known(): readonly string[] {
    return this.now.known;
  }
  /** Where notifications go. */
  get channels(): readonly NotificationConfig[] {
    return this.now.channels;
  }

  /** What it waits for: a kind of gate, `resume` or `lock`. */
  get waitingFor(): string | undefined {
    if (this.outcome) return undefined;
    const [gate] = this.gates.open;
    if (gate) return gate.kind;
    if (this.paused) return 'resume';
    return this.locks.waiting ? 'lock' : undefined;
  }
}
