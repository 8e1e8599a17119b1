import { ApplicationFailure } from '@temporalio/common';
import { activityInfo } from '@temporalio/activity';
import type { StepRef } from '../domain/run/effect-outcome.ts';
import { effectContext } from './context.ts';
import type { Deps } from './deps.ts';

/** People are told of refusals of one product at most this often (ms): whoever provokes them must not be able to flood anybody. */
const toldEvery = 10 * 60_000;
/** So many refusals are recorded in that time, of all products together; the others are only logged. The record is kept for ever. */
const mostRecorded = 200;
const recordedIn = new WeakMap<Deps['ledger'], { since: number; count: number }>();
const toldAt = new WeakMap<Deps['notifier'], Map<string, number>>();

/**
 * Somebody asked for an effect by a configuration that isn't this worker's own. That is an attack, or a fleet whose workers don't share
 * their data directory: it is logged, recorded, and told over the channels that the catalog has for the product now.
 * @returns the failure to be thrown; it is not retried
 */
export async function refuse(
  deps: Deps,
  ref: StepRef,
  type: 'UnknownConfiguration' | 'ConfigurationDamaged',
  reason: string,
): Promise<ApplicationFailure> {
  const context = effectContext(ref);
  const effect = activityInfo().activityType;
  const title = `${effect} of ${ref.product} was refused`;
  context.log.error(title, { reason, run: context.run, step: ref.step });
  if (mayRecord(deps)) await record(deps, ref, type, reason);
  await alert(deps, ref, title, reason);
  return ApplicationFailure.nonRetryable(reason, type);
}

async function record(deps: Deps, ref: StepRef, type: string, reason: string): Promise<void> {
  const { key, run, log } = effectContext(ref);
  const effect = activityInfo().activityType;
  const line = {
    key: `${key}/${effect}/${type}`,
    run,
    product: ref.product,
    at: new Date(deps.clock.now()).toISOString(),
    kind: 'refused',
    summary: `${effect} refused`,
    data: { kind: effect, reason, step: ref.step, configuration: ref.configuration },
  };
  await deps.ledger.append([line]).catch((error: unknown) => {
    log.error('the refusal could not be recorded', { error: String(error) });
  });
}

function mayRecord({ ledger, clock }: Deps): boolean {
  const now = clock.now();
  const before = recordedIn.get(ledger);
  const current = before && now - before.since < toldEvery ? before : { since: now, count: 0 };
  recordedIn.set(ledger, current);
  current.count += 1;
  return current.count <= mostRecorded;
}

async function alert(deps: Deps, ref: StepRef, title: string, reason: string): Promise<void> {
  const { log, run, signal, key } = effectContext(ref);
  const told = toldAt.get(deps.notifier) ?? new Map<string, number>();
  toldAt.set(deps.notifier, told);
  const now = deps.clock.now();
  if (now - (told.get(ref.product) ?? -Infinity) < toldEvery) return;
  // At once, for several may be refused at the same time.
  told.set(ref.product, now);
  const entry = await deps.catalog.load(ref.product).catch(() => undefined);
  if (!entry) {
    told.delete(ref.product);
    return;
  }
  const body = `${reason}.\n\nNothing was done. Look who may write to the Temporal namespace, and whether all workers share their data directory.`;
  const channels = entry.config.notifications.filter(({ on }) => !on || on.includes('issue'));
  const message = {
    key: `${key}/refused`,
    event: 'issue' as const,
    run,
    product: ref.product,
    version: undefined,
    title,
    body,
    links: [],
  };
  const sent = await Promise.allSettled(
    channels.map((channel) => deps.notifier.send(channel, message, signal)),
  );
  for (const { reason: error } of sent.filter(
    ({ status }) => status === 'rejected',
  ) as PromiseRejectedResult[])
    log.error('nobody could be told of the refusal', { error: String(error) });
}
