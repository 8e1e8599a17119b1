import type { NotificationConfig } from '../../domain/config/schema.ts';
import type { DeploymentHistoryRow, LedgerLine, NotificationMessage } from '../../domain/records/records.ts';

export type LedgerEntry = LedgerLine;
export type DeploymentRecord = DeploymentHistoryRow;

export interface LedgerPart {
  readonly from: number;
  readonly size: number;
}

/** Append-only, kept past Temporal's retention. Every method may be repeated. */
export interface Ledger {
  append(entries: readonly LedgerEntry[]): Promise<void>;
  /** Of a run, in their order; with a part, from that line on and no more than it takes to pass so many characters, so that nobody's record fills the memory. */
  entries(run: string, part?: LedgerPart): Promise<readonly LedgerEntry[]>;
  recordDeployment(record: DeploymentRecord): Promise<void>;
  /** Newest first. */
  deployments(filter: {
    product?: string;
    environment?: string;
    limit: number;
  }): Promise<readonly DeploymentRecord[]>;
}

/** `state.yml`: what is where, for people and other programs (processes/release.md, "State Updates"). */
export interface StateFile {
  read(product: string): Promise<ProductState | undefined>;
  /** Changes one product's entry, keeps everything else in the file, comments included. Atomic. */
  update(product: string, state: ProductState): Promise<void>;
}

export interface ProductState {
  readonly phase: string;
  readonly version: string;
  /** Left as it is where it is absent. */
  readonly last_release?: string;
  readonly last_activity: string;
  /** Sluice's own tasks that are open from now on; none once it is cleared. Those of people stay as they are. */
  readonly tasks?: readonly string[];
}

export type Notification = NotificationMessage;

/** At least once: throws where it could not be delivered, so that it is tried again. */
export interface Notifier {
  send(channel: NotificationConfig, notification: Notification, signal: AbortSignal): Promise<void>;
}
