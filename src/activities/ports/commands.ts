import type { EffectContext, Target } from './effect.ts';

/** A command of the user's with its whole context. */
export interface CommandSpec {
  /** A POSIX shell line. */
  readonly run: string;
  /** Absolute. */
  readonly directory: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** May be run again where it is not known whether it ran. */
  readonly idempotent: boolean;
  /** Names of the worker's own variables that it may see, besides PATH, HOME, LANG, TMPDIR and the like. */
  readonly pass: readonly string[];
  /** Further variables; values such as `env:NAME` and `file:PATH` are resolved at the last moment. */
  readonly env: Readonly<Record<string, string>>;
  /** Becomes `SLUICE_PRODUCT`, `SLUICE_ENVIRONMENT`, … */
  readonly target?: Target;
  /** Given to the command as its standard input; empty otherwise. */
  readonly stdin?: string;
}

/**
 * How a command ended.
 * - `exited`: it ended by itself; exit 75 means "try again later".
 * - `timed-out`: its time limit passed; its whole process group was stopped, politely first.
 * - `cancelled`: the run asked it to stop, and it has stopped.
 * - `not-started`: it could not be started (no such directory).
 * - `unknown`: a worker died and it can't be known here whether or how it ended (only where it isn't idempotent).
 */
export type CommandEnd = 'exited' | 'timed-out' | 'cancelled' | 'not-started' | 'unknown';

export interface CommandResult {
  readonly end: CommandEnd;
  /** Where `end` is `exited`; 128 + n after signal n. */
  readonly exitCode: number | undefined;
  /** Milliseconds from its start to its end. */
  readonly duration: number;
  /** Epoch milliseconds, by the clock of the worker's file system; absent where it never started. */
  readonly startedAt?: number;
  /** The last lines of stdout and stderr (at most 4 KB each), invalid UTF-8 replaced, secrets redacted. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** Whole output: files on the worker's host. */
  readonly stdoutFile: string;
  readonly stderrFile: string;
  /** The last line of stdout where it is a JSON object. */
  readonly outputs: Record<string, unknown> | undefined;
  /** One sentence for people: `exited with 1 after 3.2s`, `command not found: foo`. */
  readonly summary: string;
}

/** Runs commands so that a worker that was killed and came back picks the same execution up again. */
export interface CommandRunner {
  /**
   * Starts the command, or attaches to the execution that `context.key` already has on this host, and waits for its end.
   * Never runs the same key twice at the same time. Throws only for defects.
   */
  run(spec: CommandSpec, context: EffectContext): Promise<CommandResult>;
}
