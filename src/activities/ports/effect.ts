/** What every effect is given besides its request: who it is, when to stop, how to say it lives. */
export interface EffectContext {
  /** The workflow id of the run, such as `release/shop/v1.4.0`. */
  readonly run: string;
  /** The step the effect belongs to, such as `production.deploy`. */
  readonly step: string;
  /**
   * Stable over every attempt of the same effect and different for every other one:
   * `<run>/<run id>/<step>/<try>`. An effect that finds its key already carried out returns what it returned then.
   */
  readonly key: string;
  /** 1 for the first attempt of the activity; more after a worker's death or a transient failure. */
  readonly attempt: number;
  /** The last heartbeat's details of an earlier attempt, if one beat. */
  readonly previous: unknown;
  /** Aborted when the run cancels the effect or the worker shuts down. */
  readonly signal: AbortSignal;
  /** Says that the effect lives; details are given to a later attempt. */
  heartbeat(details?: unknown): void;
  readonly log: Log;
}

/** What a process says of its work, for whoever runs it (docs/logs.md). Never throws. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same log with these fields on every line. */
  child(fields: Record<string, unknown>): Log;
}

/** Where a product, an environment and a version come together. */
export interface Target {
  readonly product: string;
  readonly environment: string;
  readonly version: string;
  readonly commit: string;
  readonly previousVersion?: string | undefined;
  readonly slot?: string;
  readonly weight?: number;
}
