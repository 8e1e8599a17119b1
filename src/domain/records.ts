/** One row of the deployment history (processes/deployment.md, "Deployment History"). */
export interface DeploymentHistoryRow {
  readonly key: string;
  readonly run: string;
  readonly product: string;
  readonly environment: string;
  /** ISO 8601. */
  readonly at: string;
  readonly version: string;
  /** `Release`, `Hotfix`, `Rollback`, … */
  readonly type: string;
  /** `Success`, `Rolled back`, `Failed`, … */
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
  /** `started`, `step`, `decision`, `refused`, `deployed`, `rolled-back`, `ended`, … */
  readonly kind: string;
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
}
