import type { FlowName, Stage } from '../flows/registry.ts';
import type { MessageKind } from './messages.ts';

/** What the query `status` gives: the whole state of a run, plain JSON, times as ISO 8601. */
export interface RunStatus {
  /** Grows when a field changes its meaning or goes away. */
  readonly schema: 1;
  /** The workflow id, such as `release/shop/v1.4.0`. */
  readonly run: string;
  readonly flow: FlowName;
  readonly product: string;
  readonly version?: string;
  readonly previousVersion?: string;
  readonly commit?: string;
  readonly startedBy?: string;
  readonly started: string;
  readonly ended?: string;
  readonly outcome?: Outcome;
  /** Why it ended so, or what it does now. */
  readonly reason: string;
  readonly phase: string;
  readonly stage: Stage;
  readonly paused?: { readonly by: string; readonly at: string; readonly comment?: string };
  readonly steps: readonly StepStatus[];
  readonly gates: readonly GateStatus[];
  readonly decisions: readonly DecisionRecord[];
  /** The last fifty messages that were refused, and how many there were. */
  readonly refused: readonly RefusedMessage[];
  readonly refusedCount: number;
  readonly blockers: readonly string[];
  readonly concerns: readonly string[];
  readonly waitingFor?: string;
  readonly queue?: { readonly environment: string; readonly position: number; readonly behind: string };
  readonly rollout?: {
    readonly weights: Readonly<Record<string, number>>;
    readonly samples: readonly string[];
  };
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

export const outcomes = [
  'succeeded',
  'rejected',
  'aborted',
  'blocked',
  'rolled-back',
  'rollback-failed',
  'failed',
  'returned-to-development',
] as const;
export type Outcome = (typeof outcomes)[number];

export type StepState = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';

export interface StepStatus {
  readonly id: string;
  readonly phase: string;
  readonly title: string;
  readonly state: StepState;
  readonly started?: string;
  readonly ended?: string;
  /** How often it was carried out. */
  readonly attempts: number;
  /** How many tries before this one failed, or nobody knew how they ended; left out where none. What is done again by plan is none. */
  readonly failures?: number;
  readonly summary?: string;
  /** The file with its whole output, on the worker's host. */
  readonly log?: string;
}

export interface GateStatus {
  readonly id: string;
  readonly kind: 'approval' | 'question' | 'task';
  readonly statement: string;
  readonly details: string;
  readonly digest?: string;
  readonly who: readonly string[];
  readonly stillNeeded: number;
  readonly choices: readonly { readonly id: string; readonly title: string }[];
  readonly opened: string;
  readonly expires?: string;
  readonly onExpiry?: string;
  readonly votes: readonly {
    readonly by: string;
    readonly choice: string;
    readonly at: string;
    readonly comment?: string;
  }[];
}

export interface DecisionRecord {
  readonly kind: MessageKind;
  readonly by: string;
  readonly at: string;
  readonly gate?: string;
  readonly comment?: string;
  readonly reason: string;
}

export interface RefusedMessage {
  readonly kind: string;
  readonly at: string;
  readonly reason: string;
  /** Who it said it was from, if it said so. */
  readonly by?: string;
}

/** What a run gives as its workflow result. */
export interface RunResult {
  readonly run: string;
  readonly flow: FlowName;
  readonly product: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly version?: string;
  readonly previousVersion?: string;
  readonly commit?: string;
  readonly blockers?: readonly string[];
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  /** What the process is measured by, such as `durationMs`; only of flows that do (BG-10). */
  readonly measures?: Readonly<Record<string, number | string>>;
}

/** What an update says back, and what is recorded of a signal. */
export interface MessageReply {
  readonly accepted: boolean;
  readonly reason: string;
}
