import type { DriverRequest, DriverResult, EffectContext } from '../../../activities/ports/index.ts';
import { inWords } from '../../routers/shares.ts';
import { deployInto } from './deploy.ts';
import { otherSlot, sectionsOf, takes } from './environment.ts';
import type { SlotsEnvironment } from './environment.ts';
import { slotOf } from './record.ts';
import type { Version } from './record.ts';
import { runScript } from './scripts.ts';
import type { SlotsDriverOptions } from './scripts.ts';

type Request = DriverRequest & { readonly to: Version | undefined };

/** Traffic first; then the user's rollback command for the slot of the failed version, so that it can be stopped. */
export async function rollBack(
  options: SlotsDriverOptions,
  slots: SlotsEnvironment,
  { to, ...request }: Request,
  context: EffectContext,
): Promise<DriverResult> {
  const failed = slotOf(slots.record.now(), request.target, 'deploying', 'deployed', 'failed', 'stopping');
  const back = to
    ? await bringBack(options, slots, failed, { ...request, to }, context)
    : await leaveToNobody(slots, failed);
  if (!back.ok) return back;
  // Where the old version had to be deployed over the failed one, nothing of that is left to stop.
  if (failed === undefined || failed === back.slot) return back;
  const placed = { ...request.target, key: context.key };
  // From here on nobody can rely on what is in the slot.
  await slots.record.place(failed, { ...placed, phase: 'stopping' });
  const { outcome } = await runScript(
    options,
    'rollback',
    sectionsOf(request).script.rollback,
    { ...request, target: { ...request.target, slot: failed, previousVersion: to?.version } },
    context,
  );
  if (outcome.ok) await slots.record.place(failed, { ...placed, phase: 'stopped' });
  return {
    ...outcome,
    summary: `${back.summary}; ${outcome.summary}`,
    ...(back.slot === undefined ? {} : { slot: back.slot }),
  };
}

/** All traffic to the version to go back to. Where it is in no slot any more, it is deployed again first. */
async function bringBack(
  options: SlotsDriverOptions,
  slots: SlotsEnvironment,
  failed: string | undefined,
  { to, ...request }: DriverRequest & { readonly to: Version },
  context: EffectContext,
): Promise<DriverResult> {
  let slot = slotOf(slots.record.now(), to, 'deployed');
  if (slot === undefined) {
    const place = await placeFor(slots, failed);
    if (place === undefined)
      return {
        ok: false,
        summary: `${to.version} is in no slot, and every slot takes traffic (${inWords(await slots.shares())}): let one take all of it, then roll back again`,
      };
    const target = { ...request.target, ...to, previousVersion: undefined };
    const deployed = await deployInto(options, slots, place, { ...request, target }, context);
    if (!deployed.ok) {
      // Not a question whether it was done: even if this command was, traffic has not moved yet.
      const { unknown: _, ...known } = deployed;
      return {
        ...known,
        summary: `${to.version} is in no slot any more and could not be deployed again; traffic stays where it is: ${deployed.summary}`,
      };
    }
    slot = place;
  }
  await slots.share({ [slot]: 100 });
  await slots.record.change({ active: slot });
  return { ok: true, summary: `all traffic goes to ${to.version} in ${slot}`, slot };
}

/**
 * A slot that takes no traffic and is not the failed version's, which goes on until the old one is there. Where the other one serves,
 * too, it takes over: then the failed one's place is free.
 */
async function placeFor(slots: SlotsEnvironment, failed: string | undefined): Promise<string | undefined> {
  const shares = await slots.shares();
  if (failed === undefined) {
    const { active } = slots.record.now();
    const free = slots.names.filter((name) => !takes(shares, name));
    return free.find((name) => name !== active) ?? free[0];
  }
  const other = otherSlot(slots.names, failed);
  if (!takes(shares, other)) return other;
  await slots.share({ [other]: 100 });
  return failed;
}

/** As it was before anything was deployed: to what served then and nobody here knows, or to nothing. */
async function leaveToNobody(slots: SlotsEnvironment, failed: string | undefined): Promise<DriverResult> {
  const { before, slots: placed } = slots.record.now();
  const back = before !== undefined && before !== failed && !placed[before] ? before : undefined;
  await slots.share(back === undefined ? {} : { [back]: 100 });
  // The key stays and its value goes: JSON has no undefined.
  await slots.record.change({ active: undefined });
  return back === undefined
    ? { ok: true, summary: 'no version takes traffic: there was none before' }
    : { ok: true, summary: `all traffic goes to ${back}, as before the first deployment`, slot: back };
}
