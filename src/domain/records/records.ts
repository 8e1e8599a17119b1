import type { NotificationEvent } from '../config/schema.ts';

/** One row of the deployment history (processes/deployment.md, "Deployment History"). */
export interface DeploymentHistoryRow {
  readonly key: string;
  readonly run: string;
  readonly product: string;
  readonly environment: string;
  /** ISO 8601. */
  readonly at: string;
  readonly version: string;
  /** What the flow that wrote it is called there: `Release`, `Blue/green`, … */
  readonly type: string;
  /** `Success`, `Rolled back`, `Rollback failed`, `Not promoted`. */
  readonly status: string;
  /** `N/A`, `Yes`, `Failed`. */
  readonly rollback: string;
  readonly notes: string;
}

/** One line of the permanent record of a run. */
export interface LedgerLine {
  /** Unique: the same key again is the same line. */
  readonly key: string;
  readonly run: string;
  readonly product: string;
  /** ISO 8601. */
  readonly at: string;
  /** `started`, `step`, `gate`, `decision`, `refused`, `issue`, `rollback`, `ended`, … */
  readonly kind: string;
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What people are told. */
export interface NotificationMessage {
  /** The receiver can tell a repetition by it. */
  readonly key: string;
  readonly event: NotificationEvent;
  readonly run: string;
  readonly product: string;
  readonly version: string | undefined;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
}
