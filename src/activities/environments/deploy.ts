import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { formatDuration } from '../../domain/text/time.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { objectionsTo, objectionsToGreen } from '../gates/approval.ts';
import { candidateOf, inNoSlot } from './address-beside.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { DriverResult, EffectContext, HealthProbe, Target } from '../ports/index.ts';

export interface DeployRequest {
  readonly environment: EnvironmentConfig;
  readonly target: Target;
  /** Needed where the worker's own catalog asks for it. */
  readonly approval?: Approval;
  /** It is put beside the version that serves, and takes no traffic before a second approval (ADR 0009). */
  readonly green?: boolean;
}

/** With `void`, what was approved is not what would be deployed: people have to be asked again. */
export interface Deploying {
  readonly void?: readonly string[];
}

/** Putting versions into environments, moving traffic, looking at their health. */
export function deployActivities(deps: Deps) {
  const request = async ({ environment, target }: DeployRequest) => ({
    environment,
    target,
    source: (await deps.catalog.load(target.product)).source,
  });

  /** Has the driver do it where nothing speaks against it. What an earlier attempt had begun was checked by that one, and is gone on with. */
  const asApproved = async (
    ref: StepRef,
    asked: DeployRequest,
    objectionsOf: typeof objectionsTo,
    act: (context: EffectContext) => Promise<DriverResult>,
  ): Promise<EffectOutcome<Deploying>> => {
    const context = effectContext(ref);
    const checks = objectionsOf !== unchecked;
    const resumed = checks && hasBegun(context.previous);
    if (checks && !resumed) {
      const objections = await quietly(context, () => objectionsOf(deps, asked, context));
      if (objections.length > 0)
        return {
          ok: false,
          summary: `not approved as it is now: ${objections.join('; ')}`,
          value: { void: objections },
        };
    }
    const outcome = fromDriver(await beating(checks ? beginning(context) : context, act));
    return resumed ? { ...outcome, summary: `${outcome.summary}${goneOnWith}` } : outcome;
  };

  return {
    async deploy(ref: StepRef, asked: DeployRequest): Promise<EffectOutcome<Deploying>> {
      return asOutcome(() =>
        asApproved(ref, asked, asked.green ? objectionsToGreen : objectionsTo, async (inner) =>
          deps.driver(asked.environment).deploy(await request(asked), inner),
        ),
      );
    },

    /** An approval that is brought is checked as `deploy` checks it. */
    async shift(ref: StepRef, asked: DeployRequest & { weight: number }): Promise<EffectOutcome<Deploying>> {
      return asOutcome(() =>
        asApproved(ref, asked, asked.approval ? objectionsTo : unchecked, async (inner) =>
          deps.driver(asked.environment).shift({ ...(await request(asked)), weight: asked.weight }, inner),
        ),
      );
    },

    /** An approval that is brought is checked as `deploy` checks it. */
    async activate(ref: StepRef, asked: DeployRequest): Promise<EffectOutcome<Deploying>> {
      return asOutcome(() =>
        asApproved(ref, asked, asked.approval ? objectionsTo : unchecked, async (inner) =>
          deps.driver(asked.environment).activate(await request(asked), inner),
        ),
      );
    },

    async rollBack(
      ref: StepRef,
      asked: DeployRequest & { to: { version: string; commit: string } | null },
    ): Promise<EffectOutcome> {
      const context = effectContext(ref);
      return asOutcome(async () =>
        fromDriver(
          await beating(context, async (inner) =>
            deps
              .driver(asked.environment)
              .rollback({ ...(await request(asked)), to: asked.to ?? undefined }, inner),
          ),
        ),
      );
    },

    async retire(ref: StepRef, asked: DeployRequest): Promise<EffectOutcome> {
      const context = effectContext(ref);
      return asOutcome(async () =>
        fromDriver(
          await beating(context, async (inner) =>
            deps.driver(asked.environment).retire(await request(asked), inner),
          ),
        ),
      );
    },

    /** Healthy means: so many good answers in a row, within the configured time. */
    async verifyHealth(
      ref: StepRef,
      asked: DeployRequest & { at: 'candidate' | 'public' },
    ): Promise<EffectOutcome> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const driver = deps.driver(asked.environment);
        const { target, environment } = asked;
        const address =
          asked.at === 'candidate'
            ? await candidateOf(deps, environment, target)
            : (await driver.addresses({ target, environment })).public;
        if (address === undefined) return { ok: false, summary: inNoSlot(target) };
        const url = new URL(environment.health.path, address).href;
        const health = await beating(context, () => untilHealthy(deps, asked.environment, url, context));
        if (!health.ok) return health;
        const serving =
          asked.at === 'public' ? await driver.current(await request(asked), context) : undefined;
        if (serving && serving.version !== asked.target.version) {
          return {
            ok: false,
            summary: `${asked.target.environment} serves ${serving.version}, not ${asked.target.version}`,
          };
        }
        return health;
      });
    },
  };
}

const unchecked: typeof objectionsTo = () => Promise.resolve([]);

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

/** Beaten before the driver is asked for anything: from then on something of the deployment may run. */
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

async function untilHealthy(
  deps: Deps,
  environment: EnvironmentConfig,
  url: string,
  context: EffectContext,
): Promise<EffectOutcome> {
  const { timeout, interval, healthyAfter, within } = environment.health;
  const started = deps.clock.now();
  let good = 0;
  let last: HealthProbe | undefined;
  for (;;) {
    last = await deps.health.probe(url, { timeout, signal: context.signal });
    context.signal.throwIfAborted();
    good = last.ok ? good + 1 : 0;
    if (good >= healthyAfter)
      return {
        ok: true,
        summary: `healthy: ${good} good answers in a row from ${url}, the last in ${Math.round(last.latency)} ms`,
      };
    if (deps.clock.now() - started >= within) {
      return {
        ok: false,
        summary: `not healthy within ${formatDuration(within)}: ${url} says ${last.reason ?? 'nothing'}`,
      };
    }
    await deps.clock.wait(interval, context.signal);
  }
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
