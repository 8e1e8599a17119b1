import type { SecretResolver } from '../../activities/ports/index.ts';
import type { Starter } from './starter.ts';
import { directStarter } from './starter.ts';

export interface CommandRunnerOptions {
  /** Where executions are kept: below it `<run>/<step>/<hash of the key>/<number>/`. */
  readonly directory: string;
  readonly secrets: SecretResolver;
  /** Where passed variables come from; the worker's own environment by default. */
  readonly parentEnv?: NodeJS.ProcessEnv;
  /** Milliseconds between SIGTERM and SIGKILL; 5 s by default. */
  readonly grace?: number;
  /** Bytes that stdout and stderr may each have; 256 MiB by default. */
  readonly outputLimit?: number;
  /** Milliseconds between two heartbeats; 2 s by default. */
  readonly heartbeatEvery?: number;
  /**
   * No other host ever runs commands of the same runs, as in the embedded mode: then a command without a record in
   * `directory` was never started, even where an earlier attempt died before its first heartbeat. False by default.
   */
  readonly soleHost?: boolean;
  /** Who starts the processes; this process itself by default. */
  readonly starter?: Starter;
}

export type Settings = Required<CommandRunnerOptions>;

export function settingsOf(options: CommandRunnerOptions): Settings {
  return {
    parentEnv: process.env,
    grace: 5_000,
    outputLimit: 256 * 1024 * 1024,
    heartbeatEvery: 2_000,
    soleHost: false,
    starter: directStarter,
    ...options,
  };
}
