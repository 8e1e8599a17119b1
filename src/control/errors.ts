/** Says apart what went wrong, for programs; stable. */
export type SluiceErrorCode =
  | 'no-connection'
  | 'no-worker'
  | 'unanswered'
  | 'invalid-input'
  | 'unknown-run'
  | 'unknown-schedule'
  | 'run-failed'
  | 'run-stuck'
  | 'timeout';

/** Whatever the library throws on purpose. The message is a sentence that says what to do. */
export class SluiceError extends Error {
  override readonly name: string = 'SluiceError';
  readonly code: SluiceErrorCode;

  constructor(code: SluiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Nobody answers at the address, or it is no Temporal server, or it refused us. */
export class NoConnection extends SluiceError {
  override readonly name = 'NoConnection';
  readonly address: string;

  constructor(address: string, message: string, options?: ErrorOptions) {
    super('no-connection', message, options);
    this.address = address;
  }
}

/** The server is there, but no Sluice worker answers. Nothing was done. */
export class NoWorker extends SluiceError {
  override readonly name = 'NoWorker';

  constructor(what: string, options?: ErrorOptions) {
    super(
      'no-worker',
      `${what}: no Sluice worker answers. Start one with sluice up or sluice worker, then try again.`,
      options,
    );
  }
}

/** It was sent, and no answer came: the server keeps it, so it may have been taken, or may yet be. */
export class Unanswered extends SluiceError {
  override readonly name = 'Unanswered';
  readonly run: string;

  constructor(what: string, run: string, options?: ErrorOptions) {
    super(
      'unanswered',
      `${what} was sent to ${run}, but no answer came: it is not known whether it was taken, and it may still be. Look with sluice show ${run} before you send it again.`,
      options,
    );
    this.run = run;
  }
}

/** Nothing was changed. `problems` has every one of them. */
export class InvalidInput extends SluiceError {
  override readonly name = 'InvalidInput';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('invalid-input', problems.join('\n'));
    this.problems = problems;
  }
}

export class UnknownRun extends SluiceError {
  override readonly name = 'UnknownRun';
  readonly run: string;
  /** Runs that were probably meant. */
  readonly nearest: readonly string[];

  constructor(run: string, nearest: readonly string[], message: string) {
    super('unknown-run', message);
    this.run = run;
    this.nearest = nearest;
  }
}

export class UnknownSchedule extends SluiceError {
  override readonly name = 'UnknownSchedule';
  constructor(id: string) {
    super('unknown-schedule', `There is no schedule ${id}; sluice schedule list shows what there is.`);
  }
}

/** The workflow failed, was terminated or timed out: a defect or a lost environment, not an outcome of a release. */
export class RunFailed extends SluiceError {
  override readonly name = 'RunFailed';
  readonly run: string;

  constructor(run: string, why: string, options?: ErrorOptions) {
    super('run-failed', `${run} failed: ${why}`, options);
    this.run = run;
  }
}

/** Its workers can't carry the run on: nothing is lost, and nothing happens until that is mended. */
export class RunStuck extends SluiceError {
  override readonly name = 'RunStuck';
  readonly run: string;

  constructor(run: string, why: string, options?: ErrorOptions) {
    super('run-stuck', `${run} can't go on: ${why}`, options);
    this.run = run;
  }
}

/** It did not happen in the time that was given. The run is not touched. */
export class TimedOut extends SluiceError {
  override readonly name = 'TimedOut';
  constructor(message: string) {
    super('timeout', message);
  }
}
