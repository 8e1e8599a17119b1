import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import type { Scope } from '../gates/approval.ts';
import { objectionsTo, standsBeside, takesTraffic } from '../gates/approval.ts';
import { begunOf } from './begun.ts';
import { noteServed, objectionToWayBack } from './served.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozenEnvironment, placeOf } from '../frozen.ts';
import type { Driver, DriverRequest, DriverResult, EffectContext, Target } from '../ports/index.ts';

export interface DeployRequest {
  readonly target: Target;
  /** Needed where the worker's own catalog asks for it. */
  readonly approval?: Approval;
  /** It is put beside the version that serves, and takes no traffic before a second approval (ADR 0009). */
  readonly green?: boolean;
}

export interface RollBackRequest {
  readonly target: Target;
  /** What ran before; null where nothing did. */
  readonly to: { readonly version: string; readonly commit: string } | null;
}

/** With `void`, what was approved is not what would be deployed: people have to be asked again. */
export interface Deploying {
  readonly void?: readonly string[];
}

/** What a driver is asked to do. */
type Act = (driver: Driver, request: DriverRequest, context: EffectContext) => Promise<DriverResult>;

/** Putting versions into environments, moving traffic, and the way back. */
export function deployActivities(deps: Deps) {
  const act = async (
    ref: StepRef,
    target: Target,
    context: EffectContext,
    ask: Act,
  ): Promise<EffectOutcome<never>> => {
    const { environment, source } = await placeOf(deps, ref, target);
    return fromDriver(await ask(deps.driver(environment), { environment, target, source }, context));
  };

  /** An effect that asks for no approval: it takes nothing anywhere that was not approved to be there. */
  const carriedOut = (ref: StepRef, target: Target, ask: Act): Promise<EffectOutcome<never>> =>
    asOutcome(() => beating(effectContext(ref), (inner) => act(ref, target, inner, ask)));

  /** The driver is asked only where the approval holds. What an earlier attempt had begun was checked by that one, and is gone on with. */
  const asApproved = (
    ref: StepRef,
    asked: DeployRequest,
    scope: Scope,
    ask: Act,
  ): Promise<EffectOutcome<Deploying>> =>
    asOutcome(async () => {
      const { target, approval } = asked;
      const context = effectContext(ref);
      const { environment } = await frozenEnvironment(deps, ref, target);
      const begun = begunOf(deps, context, ref, asked);
      const resumed = hasBegun(context.previous) && (await begun.was());
      const approvable = {
        environment,
        target,
        configuration: ref.configuration,
        ...(approval ? { approval } : {}),
      };
      const objections = resumed
        ? []
        : await quietly(context, () => objectionsTo(deps, scope, approvable, context));
      if (objections.length > 0)
        return {
          ok: false,
          summary: `not approved as it is now: ${objections.join('; ')}`,
          value: { void: objections },
        };
      await begun.note();
      const outcome = await beating(beginning(context), (inner) => act(ref, target, inner, ask));
      if (outcome.ok && scope === takesTraffic) await noteServed(deps, target, target, context);
      await begun.forget();
      return resumed ? { ...outcome, summary: `${outcome.summary}${goneOnWith}` } : outcome;
    });

  return {
    deploy(ref: StepRef, asked: DeployRequest): Promise<EffectOutcome<Deploying>> {
      return asApproved(ref, asked, asked.green ? standsBeside : takesTraffic, (driver, request, context) =>
        driver.deploy(request, context),
      );
    },

    /** An approval that is brought is checked as `deploy` checks it. */
    shift(ref: StepRef, asked: DeployRequest & { weight: number }): Promise<EffectOutcome<Deploying>> {
      const ask: Act = (driver, request, context) =>
        driver.shift({ ...request, weight: asked.weight }, context);
      return asked.approval ? asApproved(ref, asked, takesTraffic, ask) : carriedOut(ref, asked.target, ask);
    },

    /** An approval that is brought is checked as `deploy` checks it. */
    activate(ref: StepRef, asked: DeployRequest): Promise<EffectOutcome<Deploying>> {
      const ask: Act = (driver, request, context) => driver.activate(request, context);
      return asked.approval ? asApproved(ref, asked, takesTraffic, ask) : carriedOut(ref, asked.target, ask);
    },

    rollBack(ref: StepRef, asked: RollBackRequest): Promise<EffectOutcome> {
      const to = asked.to ?? undefined;
      return carriedOut(ref, asked.target, async (driver, request, context) => {
        const objection = to && (await objectionToWayBack(deps, request, to, context));
        return objection === undefined
          ? driver.rollback({ ...request, to }, context)
          : { ok: false, summary: objection };
      });
    },

    retire(ref: StepRef, { target }: { readonly target: Target }): Promise<EffectOutcome> {
      return carriedOut(ref, target, (driver, request, context) => driver.retire(request, context));
    },
  };
}

const goneOnWith = ' (begun by an earlier attempt, which had checked the approval, and gone on with)';

/** Beats while it is checked, but not at once: a beat just before would hold back the one that says that it begins. */
async function quietly<T>(context: EffectContext, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    context.heartbeat(context.previous);
  }, 3_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Beaten before the driver is asked for anything: from then on something of the deployment may run. It proves nothing: anybody may beat. */
interface Began {
  readonly began: true;
}

const hasBegun = (details: unknown): boolean =>
  typeof details === 'object' && details !== null && (details as Partial<Began>).began === true;

/** Adds to whatever the driver beats that it has begun. */
function beginning(context: EffectContext): EffectContext {
  const marked = (details: unknown): Began => ({ ...(details as object | undefined), began: true });
  return {
    ...context,
    previous: marked(context.previous),
    heartbeat: (details) => {
      context.heartbeat(marked(details));
    },
  };
}

function fromDriver({
  ok,
  summary,
  unknown,
  logFile,
  tail,
  slot,
  outputs,
}: DriverResult): EffectOutcome<never> {
  return {
    ok,
    summary,
    ...(unknown ? { unknown } : {}),
    ...(logFile ? { log: logFile } : {}),
    ...(tail ? { tail } : {}),
    facts: { ...(slot ? { slot } : {}), ...(outputs ? { outputs } : {}) },
  };
}
