import type { DriverRequest, Driver, DriverResult, EffectContext } from '../../../activities/ports/index.ts';
import { DriverProblem, TrafficRouterProblem } from '../../../activities/ports/index.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { deploy } from './deploy.ts';
import { openEnvironment, otherSlot, sectionsOf, servingSlot, takes } from './environment.ts';
import type { SlotsEnvironment } from './environment.ts';
import { readRecord, slotOf, slotsPaths } from './record.ts';
import { rollBack } from './rollback.ts';
import type { SlotsDriverOptions } from './scripts.ts';
import { unrecorded } from './unrecorded.ts';

/**
 * Puts versions side by side into two slots with the user's own commands, and moves the traffic between them with a router
 * (docs/routers.md). A method that was interrupted anywhere is simply called again.
 */
export function createSlotsDriver(options: SlotsDriverOptions): Driver {
  function effect(
    request: DriverRequest,
    context: EffectContext,
    work: (slots: SlotsEnvironment) => Promise<DriverResult>,
  ): Promise<DriverResult> {
    const { lock } = slotsPaths(options.directory, request.target);
    return oneAtATime(lock, context, [TrafficRouterProblem], async () =>
      work(await openEnvironment(options, request, context)),
    );
  }

  /** The version's share, the rest to the other slot. */
  async function share(slots: SlotsEnvironment, { target }: DriverRequest, weight: number) {
    const record = slots.record.now();
    const slot = slotOf(record, target, 'deployed', 'deploying');
    if (slot === undefined)
      return { failure: `${target.version} is in no slot: deploy it before traffic moves to it` };
    const other = otherSlot(slots.names, slot);
    const beside = record.slots[other];
    // What was there before anything was deployed here is not in the record, but it takes traffic.
    const serves = beside ? beside.phase === 'deployed' : takes(await slots.shares(), other);
    if (weight < 100 && !serves)
      return { failure: `no other version is there that could take ${100 - weight} % of the traffic` };
    await slots.share({ [slot]: weight, [other]: 100 - weight });
    return { slot };
  }

  return {
    async current(request, context) {
      const slots = await openEnvironment(options, request, context);
      const record = slots.record.now();
      const serving = servingSlot(record, await slots.shares().catch(asDriverProblem));
      if (serving === undefined) return undefined;
      if (record.active !== undefined && record.active !== serving)
        context.log.warn(
          `the router gives the traffic to ${serving}, but it was given to ${record.active}: its weights were changed, or lost`,
        );
      const placed = record.slots[serving];
      if (placed) return { version: placed.version, commit: placed.commit, slot: serving };
      return unrecorded(options, serving, request, context);
    },

    deploy: (request, context) =>
      effect(request, context, (slots) => deploy(options, slots, request, context)),

    shift: (request, context) =>
      effect(request, context, async (slots) => {
        const { weight, target } = request;
        const { slot, failure } = await share(slots, request, weight);
        if (slot === undefined) return { ok: false, summary: failure };
        return { ok: true, summary: `${weight} % of the traffic goes to ${target.version} in ${slot}`, slot };
      }),

    async weight(request, context) {
      const slots = await openEnvironment(options, request, context);
      const slot = slotOf(slots.record.now(), request.target, 'deployed', 'deploying');
      return slot === undefined ? undefined : ((await slots.shares())[slot] ?? 0);
    },

    activate: (request, context) =>
      effect(request, context, async (slots) => {
        const { version, commit } = request.target;
        const { slot, failure } = await share(slots, request, 100);
        if (slot === undefined) return { ok: false, summary: failure };
        const key = slots.record.now().slots[slot]?.key ?? context.key;
        await slots.record.place(slot, { version, commit, key, phase: 'deployed' });
        await slots.record.change({ active: slot });
        return { ok: true, summary: `all traffic goes to ${version} in ${slot}`, slot };
      }),

    rollback: (request, context) =>
      effect(request, context, (slots) => rollBack(options, slots, request, context)),

    retire: (request, context) =>
      effect(request, context, async (slots) => {
        const { active } = slots.record.now();
        const serving = servingSlot(slots.record.now(), await slots.shares());
        if (serving === undefined) return { ok: true, summary: 'nothing takes traffic: nothing to drain' };
        if (active !== undefined && active !== serving)
          return {
            ok: false,
            summary: `${serving} takes the traffic, and not ${active}, which was given it: the router's weights were changed, or lost. Give ${active} its traffic back and try again, or roll back`,
          };
        await slots.share({ [serving]: 100 });
        const old = otherSlot(slots.names, serving);
        const end = await slots.drain(old);
        const within = formatDuration(sectionsOf(request).router.drain);
        if (!end) return { ok: true, summary: `${old} takes no traffic; its router can't tell what is open` };
        return end.drained
          ? { ok: true, summary: `${old} has nothing open any more` }
          : { ok: true, summary: `${old} still had ${end.open} sessions open after ${within}` };
      }),

    async addresses({ target, environment }) {
      const { slots } = sectionsOf({ target, environment });
      const slot = slotOf(
        await readRecord(slotsPaths(options.directory, target).record),
        target,
        'deployed',
        'deploying',
      );
      return {
        public: environment.url,
        candidate: (slot === undefined ? undefined : slots[slot]?.url) ?? environment.url,
        metrics: environment.monitor.scrape,
      };
    },

    usage: () => Promise.resolve(undefined),
  };
}

/** Where an answer is needed and can't be given, people have to mend the router first. */
function asDriverProblem(error: unknown): never {
  throw error instanceof TrafficRouterProblem ? new DriverProblem(error.message) : error;
}
