/** How an effect ended, as far as a run has to know. */
export interface EffectOutcome<T = unknown> {
  readonly ok: boolean;
  /** One sentence for people. */
  readonly summary: string;
  /** It can't be known whether it happened: a person has to say. */
  readonly unknown?: boolean;
  /** The file with its whole output, on the worker's host. */
  readonly log?: string;
  /** The last lines of its output. */
  readonly tail?: string;
  /** What the run goes on with; there when it is `ok`, and where the step says so. */
  readonly value?: T;
  /** More for the record and the reader: small, plain JSON. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Which step an effect belongs to, and which try of it: a retry by a person is a new try with a key of its own. */
export interface StepRef {
  readonly step: string;
  readonly try: number;
  /** The run's first execution: the run is the same one after a reset, and so is the effect. An inquiry has none. */
  readonly run?: string;
  readonly product: string;
  /** Digest of the configuration that the run goes by. Its content is with the workers, and never in a request. */
  readonly configuration: string;
}
