import type { ChecklistItem } from '../release/checklist.ts';
import type { Point } from '../rollout/series.ts';
import type { StepState } from '../run/status.ts';

/**
 * Everything that a report of a run shows. Plain JSON. What is told has its time as ISO 8601, what is drawn (spans, bars, points) as
 * epoch milliseconds. What others wrote is in it as they wrote it: whoever renders it escapes it.
 */
export interface Report {
  readonly schema: 1;
  readonly run: string;
  readonly flow: string;
  readonly product: string;
  readonly version?: string;
  readonly previousVersion?: string;
  readonly commit?: string;
  readonly startedBy?: string;
  readonly started?: string;
  readonly ended?: string;
  /** Absent while the run goes on, or where its end was never recorded. */
  readonly outcome?: string;
  readonly reason: string;
  /** When the report was made. */
  readonly made: string;
  /** `ledger`: the run itself could not be asked any more; its permanent record says all this. */
  readonly source: 'run' | 'ledger';
  /** Earlier runs under the same name, which this is not about. */
  readonly earlier: number;
  readonly timeline: Timeline;
  /** That of the process, ticked by what was really done; of a release. */
  readonly checklist?: readonly ChecklistItem[];
  /** Which share of the traffic the new version had, and when; empty without a rollout. */
  readonly weights: readonly WeightSpan[];
  readonly charts: readonly MetricChart[];
  readonly decisions: readonly ReportedDecision[];
  readonly gates: readonly ReportedGate[];
  readonly refused: readonly ReportedRefusal[];
  /** How many there were; a flood is not recorded one by one. */
  readonly refusedCount: number;
  readonly rollback?: ReportedRollback;
  /** Issues in production, approvals that became void, new commits. */
  readonly events: readonly ReportedEvent[];
  readonly blockers: readonly string[];
  readonly concerns: readonly string[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

/** Epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Timeline extends Span {
  /** In the order in which their steps began; each attempt is one. */
  readonly bars: readonly Bar[];
  /** Long times in which nothing began or ended: pictures may draw them short. */
  readonly quiet: readonly Span[];
}

export interface Bar {
  readonly step: string;
  readonly title: string;
  /** Of the flow; empty where the record does not say it. */
  readonly phase: string;
  readonly state: StepState;
  readonly attempt: number;
  /** Which try it is, where the one before came to nothing; 1 where it is done again for another reason. */
  readonly try: number;
  /** Absent where only the end was recorded. */
  readonly from?: number;
  readonly to: number;
  readonly summary: string;
}

export interface WeightSpan extends Span {
  /** Percent of the traffic that the new version had. */
  readonly weight: number;
  readonly name?: string;
}

export interface MetricChart {
  readonly rule: string;
  /** What is measured, in words. */
  readonly measured: string;
  /** Shown and counted, and nothing follows from it. */
  readonly dryRun: boolean;
  /** Values times `factor` are in `suffix`: 0.05 × 100 is 5 %. */
  readonly unit: { readonly factor: number; readonly suffix: string };
  /** Every look, oldest first; null where nothing could be measured. */
  readonly points: readonly Point[];
  readonly limits: readonly Limit[];
  /** Looks at which the new version was beyond one of the limits. */
  readonly breaches: readonly { readonly at: number; readonly value: number }[];
  readonly gaps: readonly Gap[];
  /** By weight, in the order of the rollout. */
  readonly rows: readonly ChartRow[];
  /** Limits that are no line, in words. */
  readonly notes: readonly string[];
}

export interface Limit {
  readonly label: string;
  /** Which side of it is a breach. */
  readonly breach: 'above' | 'below';
  /** Moves with the version before where it is relative to it; null where there is nothing to compare with. */
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
}

export interface Gap extends Span {
  /** `no-data`: looked at, nothing measured. `not-watched`: nobody looked. */
  readonly why: 'no-data' | 'not-watched';
}

/** What was measured at one weight, in the rule's own unit. */
export interface ChartRow {
  readonly weight: number;
  readonly looks: number;
  readonly withoutData: number;
  readonly median: number | null;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly baselineMedian: number | null;
  readonly breaches: number;
}

export interface ReportedDecision {
  readonly at: string;
  /** A person, or `evidence`. */
  readonly who: string;
  readonly what: string;
  /** A gate, or a weight such as `10 %`. */
  readonly where?: string;
  readonly reason: string;
  readonly comment?: string;
}

export interface ReportedGate {
  readonly id: string;
  readonly statement: string;
  readonly who: readonly string[];
  readonly opened: string;
  readonly closed?: string;
  /** How it ended. */
  readonly end?: string;
  readonly digest?: string;
  readonly votes: readonly {
    readonly at: string;
    readonly by: string;
    readonly choice: string;
    readonly comment?: string;
  }[];
}

export interface ReportedRefusal {
  readonly at: string;
  readonly kind: string;
  readonly by?: string;
  readonly reason: string;
}

export interface ReportedRollback {
  readonly at: string;
  readonly reason: string;
  readonly severity?: string;
  readonly from?: string;
  /** Absent where there was no earlier version. */
  readonly to?: string;
  /** When traffic was back on it, and when it was seen healthy. */
  readonly restored?: string;
  readonly verified?: string;
}

export interface ReportedEvent {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
}
