import type { CheckConfig } from '../../domain/config/schema.ts';
import type { TrafficCounters } from '../../domain/environments/traffic.ts';
import type { EffectContext, Target } from './effect.ts';

/** One look at a health endpoint. */
export interface HealthProbe {
  readonly ok: boolean;
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly latency: number;
  /** Why not, for people: `HTTP 503`, `connection refused`, `no answer within 5s`. */
  readonly reason: string | undefined;
}

export interface HealthProber {
  probe(url: string, options: { timeout: number; signal: AbortSignal }): Promise<HealthProbe>;
}

export type { TrafficCounters };

export type MetricsReading =
  | { readonly kind: 'counters'; readonly counters: TrafficCounters }
  | { readonly kind: 'no-data'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

/** Where the numbers come from. A provider that fails says `error`; it never throws and never guesses. */
export interface MetricsProvider {
  read(request: { address: string; version: string; signal: AbortSignal }): Promise<MetricsReading>;
}

/** Result of one check (test suite, scan, smoke…). */
export interface CheckResult {
  readonly ok: boolean;
  /** undefined where the report has no counts (plain output). */
  readonly passed: number | undefined;
  readonly failed: number | undefined;
  readonly skipped: number | undefined;
  readonly total: number | undefined;
  /** At most 20 names of failing tests, each with its first line of message. */
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  /** `42 of 43 passed: cart › adds twice failed`. */
  readonly summary: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly logFile: string;
  readonly tail: string;
  /** It can't be known here whether it ran. */
  readonly unknown?: boolean;
  /** How many attempts it took (flaky retries only if asked for). */
  readonly attempts: number;
}

export interface TestRunner {
  /** Runs the check's command in `directory` and reads its report. An unreadable report is a failure that says so. */
  run(
    request: {
      check: CheckConfig;
      name: string;
      directory: string;
      target: Target;
      env?: Record<string, string>;
    },
    context: EffectContext,
  ): Promise<CheckResult>;
}
