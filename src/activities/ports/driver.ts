import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectContext, Target } from './effect.ts';
import type { Usage } from './metrics.ts';
import type { SourceRef } from './source.ts';

/** What runs in an environment, as its driver knows it. */
export interface Deployed {
  readonly version: string;
  readonly commit: string;
  readonly slot: string;
}

/** What a driver is asked about, whatever it is asked to do. */
export interface DriverRequest {
  readonly target: Target;
  readonly source: SourceRef;
  readonly environment: EnvironmentConfig;
}

/** What stands in a driver's way on its host until a person mends it, such as a damaged record. The message says what to do. */
export class DriverProblem extends Error {
  override readonly name = 'DriverProblem';
}

/** The end of a driver's effect: done, or not with what was seen. */
export interface DriverResult {
  readonly ok: boolean;
  /** One sentence for people. */
  readonly summary: string;
  /** The outcome can't be known here: a person has to say. */
  readonly unknown?: boolean;
  readonly slot?: string;
  readonly logFile?: string;
  /** The last lines of output, redacted. */
  readonly tail?: string;
  readonly outputs?: Record<string, unknown>;
}

/**
 * Puts a version into an environment and moves its traffic. Each method is an effect: keyed by `context.key`,
 * safe to repeat, cancelled through `context.signal` (it returns when everything it started has stopped).
 */
export interface Driver {
  /** What takes the traffic now; undefined where nothing was deployed yet. */
  current(request: DriverRequest, context: EffectContext): Promise<Deployed | undefined>;
  /** Starts the version beside the one that serves; moves no traffic (process driver). A script does what it does. */
  deploy(request: DriverRequest, context: EffectContext): Promise<DriverResult>;
  /**
   * Gives the version `weight` percent of the traffic and the version that served before the rest, and reads it back. Not one
   * request fails for it. `activate` takes it to the end.
   */
  shift(request: DriverRequest & { readonly weight: number }, context: EffectContext): Promise<DriverResult>;
  /** The share of the traffic, in percent, that the version has by the router's own account; undefined where nobody can be asked. */
  weight(request: DriverRequest, context: EffectContext): Promise<number | undefined>;
  /** Moves all traffic to the version, without one failed request. */
  activate(request: DriverRequest, context: EffectContext): Promise<DriverResult>;
  /** Back to `to`: traffic first; starts it again where it no longer runs; then stops the failed version. */
  rollback(
    request: DriverRequest & { readonly to: { version: string; commit: string } | undefined },
    context: EffectContext,
  ): Promise<DriverResult>;
  /** Drains and stops what is no longer wanted, except the version that serves. */
  retire(request: DriverRequest, context: EffectContext): Promise<DriverResult>;
  /** Addresses to look at: where users come in, the version's own address before it takes traffic, and its metrics. */
  addresses(
    request: Pick<DriverRequest, 'target' | 'environment'>,
  ): Promise<{ readonly public: string; readonly candidate: string; readonly metrics: string | undefined }>;
  /** What the version's own processes use; undefined where this driver can't see them. */
  usage(request: Pick<DriverRequest, 'target' | 'environment'>): Promise<Usage | undefined>;
}
