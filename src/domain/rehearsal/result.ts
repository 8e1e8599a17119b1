import type { Outcome } from '../run/status.ts';
import type { FlowName } from '../flows/registry.ts';
import type { Moment } from './timeline.ts';

/** What a rehearsal shows. Plain JSON: what `sluice rehearse --json` prints. */
export interface Rehearsed {
  readonly flow: FlowName;
  readonly product: string;
  /** The `sluice.yaml` that was rehearsed. */
  readonly file: string;
  /** SHA-256 over the configuration. */
  readonly configuration: string;
  /** What went wrong, in words; empty where nothing did. */
  readonly faults: readonly string[];
  /** What people did, in words. */
  readonly people: string;
  readonly timeline: readonly Moment[];
  /** Absent where the run could not get on any more; `reason` says why. */
  readonly outcome?: Outcome;
  readonly reason: string;
  /** What stood in the way of it, where it was blocked. */
  readonly blockers?: readonly string[];
  readonly version?: string;
  /** Milliseconds that it would have taken. */
  readonly duration: number;
  /** Milliseconds that the rehearsal took. */
  readonly wall: number;
  /** Events in the run's history. */
  readonly events: number;
  /** What somebody who reads it should know, such as a fault that never came up. */
  readonly remarks: readonly string[];
}
