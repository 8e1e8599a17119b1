import type {
  CommandRunner,
  DriverRequest,
  Driver,
  DriverResult,
  EffectContext,
  Log,
  SecretResolver,
  SourceRepository,
} from '../../../activities/ports/index.ts';
import { SecretProblem } from '../../../activities/ports/index.ts';
import { createRouterClient, RouterProblem } from '../../router/client.ts';
import type { RouterClient } from '../../router/client.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { openEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { launch } from './launch.ts';
import { prepareTree, pruneTrees } from './prepare.ts';
import { reconcile } from './reconcile.ts';
import { environmentPaths, otherSlot, readEnvironment, slotNames, slotOf } from './state.ts';
import type { Service, SlotName } from './state.ts';
import { routerOf, sendTraffic, shareTraffic } from './traffic.ts';
import { usageOf } from './usage.ts';

export interface ProcessDriverOptions {
  /** Where versions, logs and state are kept on this host; absolute, on a local disk. */
  readonly directory: string;
  readonly git: SourceRepository;
  readonly commands: CommandRunner;
  readonly secrets: SecretResolver;
  readonly log?: Log;
}

export interface ProcessDriver extends Driver {
  /** Brings the router and the version that serves back up as recorded, after a restart of the host. */
  reconcile(product: string, environment: string): Promise<DriverResult>;
}

/**
 * Runs each version as a process of its own behind the router, in one of two slots (docs/drivers.md).
 * A method that was interrupted anywhere is simply called again: what it started is written down first and found again.
 */
export function createProcessDriver(options: ProcessDriverOptions): ProcessDriver {
  const { directory, secrets } = options;
  const pathsOf = ({ target }: Pick<DriverRequest, 'target'>) =>
    environmentPaths(directory, target.product, target.environment);

  /** Problems that a person can mend become a result. */
  function effect(
    request: DriverRequest,
    context: EffectContext,
    work: (environment: Environment) => Promise<DriverResult>,
  ): Promise<DriverResult> {
    const paths = pathsOf(request);
    const { product, environment } = request.target;
    return oneAtATime(paths.lock, context, [RouterProblem, SecretProblem], async () => {
      const opened = await openEnvironment(paths, { product, environment, port: processOf(request).port });
      await opened.setPort(processOf(request).port);
      return work(opened);
    });
  }

  const router = (environment: Environment, context: EffectContext) =>
    routerOf(environment.paths, environment.state().port, context.signal);

  /** Starts a version in a slot, or goes on with the start that an earlier attempt began there. */
  async function startIn(
    environment: Environment,
    name: SlotName,
    request: DriverRequest,
    context: EffectContext,
  ): Promise<DriverResult> {
    const before = environment.state().slots[name];
    const { version, commit } = request.target;
    const unfinished =
      before?.phase === 'starting' &&
      before.key === context.key &&
      before.version === version &&
      before.commit === commit
        ? before
        : undefined;
    if (before && !unfinished)
      await environment.stopSlot(name, processOf(request).drain, await router(environment, context), () =>
        context.heartbeat(),
      );
    const tree = await prepareTree(options, environment.paths, request, context);
    if ('failure' in tree) return tree.failure;
    return launch(
      {
        paths: environment.paths,
        slot: name,
        target: request.target,
        directory: tree.directory,
        service: serviceOf(request),
        caller: context,
        secrets,
        record: (slot) => environment.setSlot(name, slot),
      },
      unfinished,
    );
  }

  return {
    async current(request) {
      const state = await readEnvironment(pathsOf(request));
      const slot = state?.active && state.slots[state.active];
      return slot && state.active
        ? { version: slot.version, commit: slot.commit, slot: state.active }
        : undefined;
    },

    deploy: (request, context) =>
      effect(request, context, async (environment) => {
        // Also says at once that the public port is taken, and not only when traffic moves.
        const traffic = await router(environment, context);
        const { active, slots } = environment.state();
        const running = environment.running(request.target);
        if (running && (running === active || slots[running]?.key === context.key)) {
          return {
            ok: true,
            summary: `${request.target.version} already runs in ${running}`,
            slot: running,
            logFile: slots[running]?.log ?? '',
          };
        }
        const slot = active ? otherSlot(active) : 'blue';
        // Whatever is in the slot leaves it, so it must not be given traffic while it does.
        await environment.setShares(undefined);
        await sendTraffic(traffic, environment.state(), active);
        return startIn(environment, slot, request, context);
      }),

    shift: (request, context) =>
      effect(request, context, async (environment) => {
        const { weight } = request;
        const slot = environment.running(request.target);
        const { version } = request.target;
        if (!slot)
          return { ok: false, summary: `${version} runs in no slot: deploy it before traffic moves to it` };
        const other = otherSlot(slot);
        const rest = 100 - weight;
        if (rest > 0 && environment.state().slots[other]?.phase !== 'running')
          return { ok: false, summary: `no other version runs that could take ${rest} % of the traffic` };
        const shares = slot === 'blue' ? { blue: weight, green: rest } : { blue: rest, green: weight };
        await shareTraffic(await router(environment, context), environment.state(), shares);
        await environment.setShares(shares);
        return { ok: true, summary: `${weight} % of the traffic goes to ${version} in ${slot}`, slot };
      }),

    async weight({ target }) {
      const paths = pathsOf({ target });
      const slot = slotOf(await readEnvironment(paths), target);
      const router = createRouterClient(paths.router);
      if (slot === undefined) return undefined;
      // A router that is gone gives nobody anything.
      if (!(await router.running())) return 0;
      return (await router.table()).backends[slot]?.weight ?? 0;
    },

    activate: (request, context) =>
      effect(request, context, async (environment) => {
        const slot = environment.running(request.target);
        if (!slot)
          return {
            ok: false,
            summary: `${request.target.version} runs in no slot: deploy it before traffic moves to it`,
          };
        await sendTraffic(await router(environment, context), environment.state(), slot);
        await environment.setActive(slot);
        return { ok: true, summary: `all traffic goes to ${request.target.version} in ${slot}`, slot };
      }),

    rollback: (request, context) =>
      effect(request, context, async (environment) => {
        const { to, ...failed } = request;
        const traffic = await router(environment, context);
        let slot = to && environment.running(to);
        if (to && !slot) {
          // Beside the failed version, which goes on until the old one answers.
          const taken = environment.running(failed.target) ?? environment.state().active;
          const target = { ...failed.target, ...to, previousVersion: undefined };
          const name = placeFor(environment, to, taken);
          const started = await startIn(environment, name, { ...failed, target }, context);
          if (!started.ok) return { ...started, summary: `nothing was changed: ${started.summary}` };
          slot = name;
        }
        await sendTraffic(traffic, environment.state(), slot);
        await environment.setActive(slot);
        const stopped = await stopOthers(environment, slot, request, traffic, context);
        const where =
          slot && to
            ? `all traffic goes to ${to.version} in ${slot}`
            : 'no version takes traffic: there was none before';
        return { ok: true, summary: [where, ...stopped].join('; '), ...(slot ? { slot } : {}) };
      }),

    retire: (request, context) =>
      effect(request, context, async (environment) => {
        const traffic = await router(environment, context);
        const { active } = environment.state();
        await environment.setShares(undefined);
        await sendTraffic(traffic, environment.state(), active);
        const stopped = await stopOthers(environment, active, request, traffic, context);
        await pruneTrees(
          environment.paths,
          slotNames.flatMap((name) => environment.state().slots[name]?.directory ?? []),
        );
        return { ok: true, summary: stopped.length > 0 ? stopped.join('; ') : 'nothing to stop' };
      }),

    async addresses({ target, environment }) {
      const paths = pathsOf({ target });
      const state = await readEnvironment(paths);
      const candidate = slotNames
        .map((name) => state?.slots[name])
        .find(
          (slot) =>
            slot?.version === target.version && slot.commit === target.commit && slot.phase === 'running',
        );
      const metricsPort = (await createRouterClient(paths.router).running())?.metricsPort;
      return {
        public: environment.url,
        candidate: candidate?.address ?? environment.url,
        metrics:
          environment.monitor.scrape ??
          (metricsPort === undefined ? undefined : `http://127.0.0.1:${metricsPort}/metrics`),
      };
    },

    async usage({ target, environment }) {
      const state = await readEnvironment(pathsOf({ target }));
      const name = slotOf(state, target);
      const slot = name && state?.slots[name];
      return slot && environment.process ? usageOf(slot) : undefined;
    },

    reconcile: (product, environment) =>
      reconcile({ directory, secrets, ...(options.log ? { log: options.log } : {}) }, product, environment),
  };
}

/** Drains and stops every slot but one, and takes them out of the router's table. Returns what was stopped, in words. */
async function stopOthers(
  environment: Environment,
  except: SlotName | undefined,
  request: DriverRequest,
  traffic: RouterClient,
  context: EffectContext,
): Promise<readonly string[]> {
  const stopped: string[] = [];
  for (const name of slotNames) {
    if (name === except) continue;
    const done = await environment.stopSlot(name, processOf(request).drain, traffic, () =>
      context.heartbeat(),
    );
    if (done) stopped.push(done);
  }
  await sendTraffic(traffic, environment.state(), except);
  return stopped;
}

/** Where a version starts again: in the slot it had, unless that one is taken; otherwise in the other one. */
function placeFor(
  environment: Environment,
  version: { version: string; commit: string },
  taken: SlotName | undefined,
): SlotName {
  const own = slotOf(environment.state(), version);
  if (own && own !== taken) return own;
  return taken ? otherSlot(taken) : 'blue';
}

function processOf({ environment, target }: Pick<DriverRequest, 'environment' | 'target'>) {
  if (environment.process) return environment.process;
  throw new Error(
    `environments.${target.environment} has no process section: the process driver can't deploy to it`,
  );
}

function serviceOf(request: DriverRequest): Service {
  const { start, env, pass, startWithin } = processOf(request);
  return { start, env, pass, startWithin, path: request.environment.health.path };
}
