import type { DriverRequest, DriverResult, EffectContext } from '../../../activities/ports/index.ts';
import { inWords } from '../../routers/shares.ts';
import type { Shares } from '../../routers/shares.ts';
import { sectionsOf, takes } from './environment.ts';
import type { SlotsEnvironment } from './environment.ts';
import { slotOf } from './record.ts';
import type { SlotsRecord } from './record.ts';
import { runScript } from './scripts.ts';
import type { SlotsDriverOptions } from './scripts.ts';
import { unrecorded } from './unrecorded.ts';

/** Puts a version into the slot that takes no traffic. What already serves, or this effect has put there, stays as it is. */
export async function deploy(
  options: SlotsDriverOptions,
  slots: SlotsEnvironment,
  request: DriverRequest,
  context: EffectContext,
): Promise<DriverResult> {
  const { target } = request;
  const record = slots.record.now();
  const shares = await slots.shares();
  const there = slotOf(record, target, 'deployed');
  if (there && (takes(shares, there) || record.slots[there]?.key === context.key))
    return { ok: true, summary: `${target.version} is already in ${there}`, slot: there };
  const slot = freeSlot(slots.names, record, shares, context.key);
  if (slot === undefined)
    return {
      ok: false,
      summary: `every slot takes traffic (${inWords(shares)}): let one take all of it, then deploy ${target.version} into the other`,
    };
  const serving = slots.names.find((name) => takes(shares, name));
  if (serving !== undefined && !record.slots[serving]) await adopt(options, slots, serving, request, context);
  return deployInto(options, slots, slot, request, context);
}

/** What served before anything was deployed here is a way back, too; where it has a name, by that. */
async function adopt(
  options: SlotsDriverOptions,
  slots: SlotsEnvironment,
  slot: string,
  request: DriverRequest,
  context: EffectContext,
): Promise<void> {
  await slots.record.change({ before: slot });
  const known = await unrecorded(options, slot, request, context);
  if (!known) return;
  const { version, commit } = known;
  await slots.record.place(slot, { version, commit, key: '', phase: 'deployed' });
}

/** Runs the user's deploy command for a slot, which must take no traffic. What is to come is written down before it begins. */
export async function deployInto(
  options: SlotsDriverOptions,
  slots: SlotsEnvironment,
  slot: string,
  request: DriverRequest,
  context: EffectContext,
): Promise<DriverResult> {
  const { version, commit } = request.target;
  const placed = { version, commit, key: context.key };
  await slots.record.place(slot, { ...placed, phase: 'deploying' });
  const target = { ...request.target, slot };
  const { outcome } = await runScript(
    options,
    'deploy',
    sectionsOf(request).script.deploy,
    { ...request, target },
    context,
  );
  if (!outcome.unknown)
    await slots.record.place(slot, { ...placed, phase: outcome.ok ? 'deployed' : 'failed' });
  return { ...outcome, slot };
}

/** Without traffic; where an attempt of this effect has begun, or else where nothing is that may be wanted again. */
function freeSlot(
  names: readonly string[],
  { slots, active, before }: SlotsRecord,
  shares: Shares,
  key: string,
): string | undefined {
  const free = names.filter((name) => !takes(shares, name));
  return (
    free.find((name) => slots[name]?.key === key) ??
    free.find((name) => name !== active && name !== before) ??
    free[0]
  );
}
