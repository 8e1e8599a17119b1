import type { DriverRequest, EffectContext, Target, TrafficRouter } from '../../../activities/ports/index.ts';
import type { EnvironmentConfig } from '../../../domain/config/schema.ts';
import { createTrafficRouter } from '../../routers/index.ts';
import type { Shares } from '../../routers/shares.ts';
import { openRecord, slotsPaths } from './record.ts';
import type { OpenRecord, SlotsRecord } from './record.ts';
import { checkout } from './scripts.ts';
import type { SlotsDriverOptions } from './scripts.ts';

/** An environment with slots, as far as one effect has to do with it. */
export interface SlotsEnvironment {
  readonly names: readonly string[];
  readonly record: OpenRecord;
  /** Percent of the traffic by slot, asked for anew. */
  shares(): Promise<Shares>;
  /** Gives the slots their shares and reads them back; a slot that is not named gets none. */
  share(shares: Shares): Promise<void>;
  drain(slot: string): ReturnType<TrafficRouter['drain']>;
}

export async function openEnvironment(
  options: SlotsDriverOptions,
  request: Pick<DriverRequest, 'target' | 'environment' | 'source'>,
  context: EffectContext,
): Promise<SlotsEnvironment> {
  const { target, source } = request;
  const { slots, router: config } = sectionsOf(request);
  const router = createTrafficRouter(config, {
    commands: options.commands,
    checkout: (of) => checkout(options, source, of),
  });
  const names = Object.keys(slots);
  return {
    names,
    record: await openRecord(slotsPaths(options.directory, target).record),
    shares: () => router.read(target, context),
    share: (shares) =>
      router.set(Object.fromEntries(names.map((name) => [name, shares[name] ?? 0])), target, context),
    drain: (slot) => router.drain(slot, config.drain, context),
  };
}

/** What the slots driver needs of an environment; the configuration's own checks have seen to it. */
export function sectionsOf({
  environment: { script, slots, router },
  target,
}: {
  readonly environment: EnvironmentConfig;
  readonly target: Target;
}) {
  if (script && slots && router) return { script, slots, router };
  throw new Error(
    `environments.${target.environment} needs script, slots and router: the slots driver can't deploy to it`,
  );
}

export function otherSlot(names: readonly string[], slot: string): string {
  const other = names.find((name) => name !== slot);
  if (other === undefined) throw new Error(`there is no slot besides ${slot}`);
  return other;
}

/**
 * The slot that serves: the one with traffic; of several, the one that was given all of it last, for a rollout that is under way
 * has not changed that yet.
 */
export function servingSlot({ active }: SlotsRecord, shares: Shares): string | undefined {
  const taking = Object.entries(shares).filter(([, share]) => share > 0);
  if (active !== undefined && taking.some(([slot]) => slot === active)) return active;
  return taking.sort(([, a], [, b]) => b - a)[0]?.[0];
}

export const takes = (shares: Shares, slot: string): boolean => (shares[slot] ?? 0) > 0;
