import type { MetricRule, MetricsConfig } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';

/** The version whose measure is asked for. */
export interface Measured {
  readonly version: string;
  readonly commit: string;
  /** The slot it is in; undefined where its driver knows none. */
  readonly slot: string | undefined;
}

/** Where a driver's environment shows numbers. Asked for afresh each time: what was started again has another address. */
export interface MetricPlace {
  readonly product: string;
  readonly environment: string;
  /** The page of the router, with the labels `version` and `slot`. */
  router(): Promise<string | undefined>;
  /** The address of a slot, past the router. */
  slot(measured: Measured): Promise<string | undefined>;
  /** What the version's own processes use; undefined where the driver can't see them. */
  usage(measured: Measured): Promise<Usage | undefined>;
}

export interface Usage {
  /** Bytes that are resident, of all of its processes. */
  readonly memory: number;
  /** Seconds of CPU since they started. */
  readonly cpuSeconds: number;
}

/** Remembers what it has read, to work out rates from it. One for each rollout step; a new one begins with `no-data`. */
export interface MetricSession {
  /** The rule's measure of a version now. A provider that fails says `error`. Never throws, and answers in bounded time. */
  read(rule: MetricRule, measured: Measured, signal: AbortSignal): Promise<Reading>;
}

export interface MetricSource {
  open(config: MetricsConfig, place: MetricPlace): MetricSession;
}

/** Alerts that fire now, in words, such as `HighErrorRate: 12 % of requests fail (severity critical)`. */
export type AlertReading =
  | { readonly kind: 'alerts'; readonly firing: readonly string[] }
  | { readonly kind: 'error'; readonly reason: string };

export interface AlertSource {
  /** Those of a product and environment that its configuration counts. Never throws, and answers in bounded time. */
  firing(
    config: NonNullable<MetricsConfig['alertmanager']>,
    place: { readonly product: string; readonly environment: string },
    signal: AbortSignal,
  ): Promise<AlertReading>;
}
